"""Where one, two, three and five years can lead."""
