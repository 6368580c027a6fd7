"""Parse changes of a stack's configuration from the command line."""

from collections.abc import Sequence
from dataclasses import dataclass

DELETES, REMOVES, PATH = "deletes:", "rm:", "path:"

SYNTAX = (
    f"KEY=VALUE (`pulumi config set KEY VALUE`), {PATH}KEY=VALUE (`config set --path`),"
    f" {REMOVES}KEY (`config rm`), {REMOVES}{PATH}KEY (`config rm --path`); with {DELETES}"
    " before it if it is meant to delete data"
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change."""

    text: str
    """As the command line has it."""
    arguments: Sequence[str]
    """Those of `pulumi config`."""
    deletes_data: bool = False
    """Whether the caller wants it to delete data."""


def parse_change(text: str) -> Change:
    """Parse a change in `SYNTAX`.

    Raises:
        ValueError: If it has no such form.
    """
    deletes_data = text.startswith(DELETES)
    rest = text.removeprefix(DELETES)
    verb = "rm" if rest.startswith(REMOVES) else "set"
    rest = rest.removeprefix(REMOVES)
    path = ["--path"] if rest.startswith(PATH) else []
    rest = rest.removeprefix(PATH)
    key, separator, value = rest.partition("=")
    if not key or bool(separator) != (verb == "set"):
        raise ValueError(f"{text!r} must be {SYNTAX}")
    # `--`, as a value may begin with a hyphen.
    words = ["--", key, value] if verb == "set" else ["--", key]
    return Change(text=text, arguments=[verb, *path, *words], deletes_data=deletes_data)
