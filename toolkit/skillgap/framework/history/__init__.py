"""Versions of the framework."""
