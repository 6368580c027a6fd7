"""Environment variables, limits and logging."""
