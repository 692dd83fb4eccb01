"""A team: its levels, its coverage and its make-up."""
