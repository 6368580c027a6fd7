"""The error that the command line reports."""


class LocalStackError(Exception):
    """An error that the user can act on; the command line prints its message only."""
