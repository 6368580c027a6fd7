"""What the twin reports to people."""


class LocalStackError(Exception):
    """Something that whoever ran the command can act on; printed as it is, without a traceback."""
