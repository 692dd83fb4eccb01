"""Who stands out in 360 ratings and results."""
