"""The pass mark of a workshop that certifies."""
