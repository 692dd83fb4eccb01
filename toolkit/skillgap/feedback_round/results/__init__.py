"""What a closed 360 round says about people, and how it comes to be shown."""
