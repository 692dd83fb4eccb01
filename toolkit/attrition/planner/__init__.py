"""What a number of conversations would reach, with whom to hold them, and what could be done."""
