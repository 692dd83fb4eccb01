"""The columns of the tables of reps and raters."""
