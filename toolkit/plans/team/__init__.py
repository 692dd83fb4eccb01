"""Plans for a team or everybody at once."""
