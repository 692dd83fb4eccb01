"""Making a 360 round: whom it rates, who is asked, and what that asks of each rater."""
