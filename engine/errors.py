"""Errors of this room that the command line reports."""

from local.errors import LocalStackError


class MissingToolError(LocalStackError):
    """The check is skipped, as this machine lacks a program that it needs."""
