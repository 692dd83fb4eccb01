"""Scoring in the room: the sheet a rater fills in."""
