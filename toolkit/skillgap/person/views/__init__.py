"""Where self and others, or others among each other, see a person differently."""
