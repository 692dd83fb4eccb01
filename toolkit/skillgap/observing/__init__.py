"""What to look at next, because it would change most decisions."""
