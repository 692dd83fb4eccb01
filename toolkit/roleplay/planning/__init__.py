"""Planning a workshop: who plays what, when, and who rates whom."""
