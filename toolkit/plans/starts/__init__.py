"""Who starts now and who waits, on the page."""
