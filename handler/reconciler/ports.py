"""Ports of the reconciler; `handler.aws.connect_reconciler` assembles their adapters.

Each method raises `Retryable` when the service is temporarily unavailable.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handler.events.s3_events import ObjectCreated
from handler.model.record import RecordState

Cursor = Mapping[str, str | int]
"""Opaque position in a listing, as JSON values that only the listing interprets."""

Identity = tuple[str, str]
"""Key and version id."""


@dataclass(frozen=True, kw_only=True)
class ListedVersion:
    """A version of an upload in a listing."""

    key: str
    version_id: str
    is_latest: bool
    """Whether it is the newest version, without a delete marker on top."""
    stored_at: datetime
    """Time at which the version was stored, in UTC."""
    size_bytes: int | None
    storage_class: str
    """S3's name of the storage class; empty if the listing lacks it."""
    cursor: Cursor
    """Position just after this version."""

    @property
    def identity(self) -> Identity:
        """Key and version id."""
        return self.key, self.version_id


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of a listing."""

    versions: Sequence[ListedVersion]
    """The listed versions, without delete markers."""
    looked_at: int
    """Number of listed entries, including delete markers."""
    cursor: Cursor | None
    """Position after the page; None at the end, if the next pass begins at the start."""
    is_last: bool
    """Whether the listing ends with this page."""


class Listing(Protocol):
    """Listing of all versions of all uploads."""

    def pages(self, after: Cursor | None) -> Iterator[Page]:
        """Yield the pages after a cursor; none if the listing does not exist yet."""
        ...


class Records(Protocol):
    """Read access to the records."""

    def rows(self, bucket: str, identities: Sequence[Identity]) -> Mapping[Identity, RecordState]:
        """Return the existing records of versions, without their variants."""
        ...


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Progress of a pass."""

    cursor: Cursor | None = None
    """Position to continue from; None at the start."""
    revision: int = 0
    """Number of writes, for optimistic locking."""


@dataclass(frozen=True, kw_only=True)
class RequeueHistory:
    """Earlier requeues of a version."""

    requeues: int = 0
    """Number of requeues of the version."""
    attempt: str | None = None
    """The attempt in its record at the last look."""
    noted_at: datetime | None = None
    """Time of this entry, in UTC; None if there is none."""


RequeueKey = tuple[str, str, str]
"""Key, version id, and the reason for requeuing."""


class ReconcilerState(Protocol):
    """State that the reconciler keeps between runs."""

    def progress(self) -> Progress:
        """Return the progress of the pass."""
        ...

    def save(self, progress: Progress) -> bool:
        """Save the progress, unless another run has since `progress.revision`; return whether it
        was saved."""
        ...

    def requeue_histories(
        self, bucket: str, requeue_keys: Sequence[RequeueKey]
    ) -> Mapping[RequeueKey, RequeueHistory]:
        """Return the requeue histories that exist."""
        ...

    def note(self, bucket: str, requeue_histories: Mapping[RequeueKey, RequeueHistory]) -> None:
        """Store requeue histories for 90 days."""
        ...


class Requeue(Protocol):
    """Requeues uploads for the processor."""

    @property
    def batch_size(self) -> int:
        """Largest number of events that `send` accepts."""
        ...

    def waiting(self) -> int:
        """Return the approximate number of messages that wait for the processor."""
        ...

    def send(self, sources: Sequence[ObjectCreated]) -> None:
        """Send events. One with `waited_for` is delivered after that attempt has ended.

        Raises `Retryable` if not all were sent.
        """
        ...
