"""Settings from environment variables, and logging."""
