"""The catalogue of activities on a page."""
