"""What somebody asked to rate does: the form as a page and as Excel."""
