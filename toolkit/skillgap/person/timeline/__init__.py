"""What was seen of a person, when, by whom, and with what weight."""
