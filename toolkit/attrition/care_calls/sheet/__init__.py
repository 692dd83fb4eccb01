"""One person on the list, and the conversation with them."""
