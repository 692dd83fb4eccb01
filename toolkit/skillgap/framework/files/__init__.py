"""The framework as files, out and in."""
