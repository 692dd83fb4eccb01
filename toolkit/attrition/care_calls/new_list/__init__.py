"""Making a list of people to talk to."""
