"""The company: who needs what, for designing courses."""
