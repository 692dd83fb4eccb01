"""Versions of the risk model, whether the newest still fits, and the switch."""
