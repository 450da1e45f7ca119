"""A reading list: what to read, what was read."""
