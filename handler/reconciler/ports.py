"""What the reconciler needs of the world; `handler.aws.connect_reconciler` implements it.

Each method raises `Retryable` when the service cannot do it now.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handler.events.notices import ObjectCreated
from handler.model.record import RecordState

Position = Mapping[str, str | int]
"""A place in a listing, in values of JSON; what it means is for the listing to know."""

Identity = tuple[str, str]
"""Key and version id."""


@dataclass(frozen=True, kw_only=True)
class ListedVersion:
    """A version of an upload, as it is listed.

    Attributes:
        is_latest: Whether it is the newest, with no delete marker on top.
        stored_at: In UTC.
        storage_class: As S3 calls it; empty if the listing does not tell.
        position: The place just behind it.
    """

    key: str
    version_id: str
    is_latest: bool
    stored_at: datetime
    size_bytes: int | None
    storage_class: str
    position: Position

    @property
    def identity(self) -> Identity:
        """Which version of what."""
        return self.key, self.version_id


@dataclass(frozen=True, kw_only=True)
class Page:
    """A part of a listing.

    Attributes:
        versions: Delete markers are left out.
        looked_at: How much was listed, with all that was left out.
        position: The place behind it; None at the end, if the next pass begins at the start.
        is_last: Whether the listing ends with it.
    """

    versions: Sequence[ListedVersion]
    looked_at: int
    position: Position | None
    is_last: bool


class Listing(Protocol):
    """Lists all versions of all uploads."""

    def pages(self, after: Position | None) -> Iterator[Page]:
        """Yield what is behind a place, page by page; nothing if it is not there yet."""
        ...


class Records(Protocol):
    """Reads records."""

    def rows(self, bucket: str, identities: Sequence[Identity]) -> Mapping[Identity, RecordState]:
        """Return the rows of versions, without their variants; those that there are."""
        ...


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a pass has come.

    Attributes:
        position: None at the start.
        revision: Counts how often it was written.
    """

    position: Position | None = None
    revision: int = 0


@dataclass(frozen=True, kw_only=True)
class RequeueHistory:
    """What was done about a version before.

    Attributes:
        requeues: How often it was handed back.
        attempt: The attempt that its record named, last time.
        noted_at: When this was written, in UTC; None if it never was.
    """

    requeues: int = 0
    attempt: str | None = None
    noted_at: datetime | None = None


RequeueKey = tuple[str, str, str]
"""Key, version id, and what it is handed back for."""


class ReconcilerState(Protocol):
    """Remembers what was done in earlier runs."""

    def progress(self) -> Progress:
        """Return how far the pass has come."""
        ...

    def save(self, progress: Progress) -> bool:
        """Write it, unless another run has since `progress.revision`; say whether it was."""
        ...

    def requeue_histories(
        self, bucket: str, requeue_keys: Sequence[RequeueKey]
    ) -> Mapping[RequeueKey, RequeueHistory]:
        """Return what was done before, where anything was."""
        ...

    def note(self, bucket: str, requeue_histories: Mapping[RequeueKey, RequeueHistory]) -> None:
        """Remember what was done, for a quarter of a year."""
        ...


class Requeue(Protocol):
    """Hands uploads back to the function that makes variants."""

    @property
    def batch_size(self) -> int:
        """How many `send` takes at once."""
        ...

    def waiting(self) -> int:
        """Return about how many notices wait for that function."""
        ...

    def send(self, sources: Sequence[ObjectCreated]) -> None:
        """Send notices. One that waits for an attempt arrives when that has ended for sure.

        Raises `Retryable` if not all were sent.
        """
        ...
