"""One person of the list."""
