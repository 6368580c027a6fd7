"""What the pipeline needs of the world, as it needs it; `handler.aws` implements it.

Each method raises `Retryable` when the service cannot do it now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handler.errors import Rejected


@dataclass(frozen=True, kw_only=True)
class ObjectFacts:
    """What is known of an object. None stands for unknown.

    Attributes:
        version_id: None also where the bucket keeps no versions.
        size_bytes: As stored.
        content_type: As the uploader declared it; may be wrong.
        etag: Without the quotes. Not always a hash of the content.
        last_modified: When it was stored.
    """

    version_id: str | None
    size_bytes: int | None
    content_type: str | None = None
    etag: str | None = None
    last_modified: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """An object with its content."""

    facts: ObjectFacts
    data: bytes


class ObjectStore(Protocol):
    """Reads uploads and writes variants. Both reads raise `SourceGone` for a missing object."""

    def head(self, bucket: str, key: str) -> ObjectFacts:
        """Return what is known of the current version."""
        ...

    def get(self, bucket: str, key: str, version_id: str | None, max_bytes: int) -> StoredObject:
        """Return a version, or the current one for None.

        Raises `Rejected` (`empty`, `too-large`) without reading an object of such a size.
        """
        ...

    def put(self, bucket: str, key: str, data: bytes, content_type: str) -> None:
        """Store an object, in place of any that has the key."""
        ...


class Catalog(Protocol):
    """Keeps one record for each version of an upload. Records are as `handler.record` makes them.

    A record with status `processing` is a claim, any other is final.
    """

    def claim(self, record: Mapping[str, object]) -> bool:
        """Write the claim unless the same recipe has a final record; say whether it was written.

        A claim takes over an earlier claim: its owner may have died, and all work is repeatable.
        """
        ...

    def mark(self, record: Mapping[str, object]) -> bool:
        """Write the final record if the claim of its recipe stands; say whether it was written."""
        ...


class Notifier(Protocol):
    """Tells subscribers about an image."""

    def publish(self, message: Mapping[str, object]) -> None:
        """Send a message, which has at least `id` and `status`. A repeated one has the same id."""
        ...


class DeadLetters(Protocol):
    """Keeps what was rejected, for people to look at."""

    def forward(self, body: str, rejection: Rejected) -> None:
        """Send what was rejected, with the reason beside it."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return the time now, in UTC."""
        ...
