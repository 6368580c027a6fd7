"""The stack's configuration: its schema, options and limits, and errors in it."""
