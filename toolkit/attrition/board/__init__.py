"""The board of risks: train on a data set, the back-test first, then the list the conversations allow."""
