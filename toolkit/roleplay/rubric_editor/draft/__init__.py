"""The draft of a rubric: where it stands."""
