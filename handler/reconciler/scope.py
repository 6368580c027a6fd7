"""Filter of keys in the upload bucket. Pure.

It matches the keys for which S3 sends events and which the processor accepts as uploads.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KeyScope:
    """Keys that begin with one of the prefixes, end with one of the suffixes and name no folder."""

    prefixes: Sequence[str] = ()
    """Allowed prefixes; empty for any. The same holds for `suffixes`."""
    suffixes: Sequence[str] = ()

    def __contains__(self, key: str) -> bool:
        return (
            key.startswith(tuple(self.prefixes) or "")
            and key.endswith(tuple(self.suffixes) or "")
            and not key.endswith("/")
        )
