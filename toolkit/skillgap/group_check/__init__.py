"""The section Group check: do criteria or raters come out differently for a group at equal level."""
