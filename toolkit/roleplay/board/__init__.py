"""The live board: which sheets of a workshop are done, which are missing, and who is behind."""
