"""Keys and their policies."""
