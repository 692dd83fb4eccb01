"""Lists of people to talk to, the conversations held, and what came of them."""
