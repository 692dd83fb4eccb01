"""The goals of a plan."""
