"""One person: levels, gaps, what they rest on, and what to observe next."""
