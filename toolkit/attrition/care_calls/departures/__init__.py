"""What one looks at beside the list of conversations: who left."""
