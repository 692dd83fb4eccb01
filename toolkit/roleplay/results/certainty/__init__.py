"""How sure the scores are, and what would make them surer."""
