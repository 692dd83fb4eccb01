"""How far the raters agree."""
