"""What debriefs have taught, kept with the scenario."""
