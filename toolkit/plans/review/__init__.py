"""Living with a plan: agreeing it, what is done and due, goals, reviews and the versions it went through."""
