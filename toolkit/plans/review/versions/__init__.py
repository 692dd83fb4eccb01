"""Planning again, comparing versions, and the end of a plan."""
