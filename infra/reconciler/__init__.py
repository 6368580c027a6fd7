"""The scheduled function that finds lost uploads, and the inventory it may read."""
