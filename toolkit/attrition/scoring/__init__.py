"""Scoring files too large for memory: streamed, resumed after a stop, on one machine or a cluster."""
