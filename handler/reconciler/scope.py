"""Which objects of the upload bucket are uploads, by key. Pure.

They are those that S3 sends events of, and of which the handler takes notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KeyScope:
    """Keys that begin with one of the prefixes, end with one of the suffixes and name no folder.

    Attributes:
        prefixes: None means any beginning, as with suffixes.
    """

    prefixes: Sequence[str] = ()
    suffixes: Sequence[str] = ()

    def __contains__(self, key: str) -> bool:
        return (
            key.startswith(tuple(self.prefixes) or "")
            and key.endswith(tuple(self.suffixes) or "")
            and not key.endswith("/")
        )
