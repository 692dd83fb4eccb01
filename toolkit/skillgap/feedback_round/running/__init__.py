"""A 360 round while it runs: how far it is, whom to remind, who is asked, closing."""
