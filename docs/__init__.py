"""The documents, and the generator of their tables."""
