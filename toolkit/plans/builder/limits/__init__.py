"""The limits of a plan as fields."""
