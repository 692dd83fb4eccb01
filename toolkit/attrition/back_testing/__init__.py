"""What HR sees first: how risks told in advance turned out."""
