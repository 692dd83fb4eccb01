"""Criteria and scenarios: how hard they are and how well they measure."""
