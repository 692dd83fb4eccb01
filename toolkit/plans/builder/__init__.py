"""Making one person's plan: limits, items with their reasons, pins, and what a little more would buy."""
