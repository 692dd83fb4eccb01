"""360 rounds: who rates whom, the form, the board, closing without giving raters away, results."""
