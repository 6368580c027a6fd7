"""Ports of the processor to external services; `handler.aws.connect` assembles their adapters.

Each method raises `Retryable` when the service is temporarily unavailable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from handler.events.s3_events import Attempt, ObjectCreated
from handler.model.byte_ranges import Span
from handler.model.errors import Rejected
from handler.model.facts import ObjectFacts
from handler.model.object_headers import Headers
from handler.model.record import RecordState


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """An object with its content, and its user metadata by name."""

    facts: ObjectFacts
    data: bytes
    user_metadata: Mapping[str, str] = field(default_factory=dict[str, str])


class ObjectStore(Protocol):
    """Storage of uploads and variants.

    Only the storage decides which version of an object is the newest: events arrive in any order,
    and their sequencers are not comparable in all cases.
    """

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        """Return the facts of the newest version.

        Raises `SourceGone` if there is none. A delete marker counts only if deletes are followed.
        """
        ...

    def get_newest(self, bucket: str, key: str, version_id: str, max_bytes: int) -> StoredObject:
        """Return a version if it is the newest one, with the version id of the argument.

        Raises `Superseded` if it is not, `SourceGone` if there is none, and `Rejected` by the size
        of the object (`empty`, `too-large`), before its body is read, or if it cannot be read
        (`archived`, `customer-key`).
        """
        ...

    def get_part(
        self, bucket: str, key: str, version_id: str, span: Span, *, etag: str | None
    ) -> StoredObject:
        """Return a byte range of a version if it is the newest one, with facts of the whole object.

        The range is truncated at the end of the object. Raises `Superseded` and `SourceGone` as
        `get_newest` does, and `Superseded` if the ETag of an earlier read no longer matches.
        """
        ...

    def tags(self, bucket: str, key: str, version_id: str) -> Mapping[str, str]:
        """Return the tags of a version by key. Raises `SourceGone` if it does not exist."""
        ...

    def put(self, bucket: str, key: str, data: bytes, headers: Headers) -> None:
        """Store an object, overwriting any with the same key."""
        ...

    def remove(self, bucket: str, keys: Sequence[str]) -> None:
        """Delete objects, some of which may not exist."""
        ...


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Result of a claim."""

    won: bool
    """Whether the attempt holds the claim."""
    before: RecordState | None
    """The record before the claim; None if there was none."""


class RecordStore(Protocol):
    """Store of one record (row) per version of an upload, with conditional writes."""

    def claim(
        self, record: Mapping[str, object], attempt: Attempt, *, waited_for: str | None, again: bool
    ) -> Claim:
        """Claim a version for one attempt, unless it is final or claimed by another attempt.

        The claim of an earlier attempt is taken over if it was at the same message or is
        `waited_for`. A final row can be claimed with `again`, or with another recipe if it is
        processed or rejected, or with other limits if it is rejected.
        """
        ...

    def rows(self, image_id: str) -> Sequence[RecordState]:
        """Return the rows of all versions of an upload."""
        ...

    def finalize(self, record: Mapping[str, object], attempt: Attempt, *, converged: bool) -> bool:
        """Write the final record if the attempt still holds its claim; return whether it does.

        Unless `converged`, the attempt's token stays in the row, and so do the row's variants if
        the record has none: these are traces that may still be in the bucket.
        """
        ...

    def supersede(self, image_id: str, row: RecordState) -> None:
        """Set the status of a processed row, whose variants were replaced or deleted."""
        ...

    def clear_attempt(self, image_id: str, row: RecordState) -> None:
        """Remove attempt and variants from a final, not processed row after its traces are gone."""
        ...


class Notifier(Protocol):
    """Publisher of outcomes to subscribers."""

    def publish(self, message: Mapping[str, object]) -> None:
        """Publish a message with at least `id` and `status`. A repeated one has the same id."""
        ...


class Rejections(Protocol):
    """Queue of rejected events, for people to inspect."""

    def forward(self, body: str, rejection: Rejected) -> None:
        """Send a rejected event with its reason."""
        ...


class SelfQueue(Protocol):
    """Queue by which the function sends messages to itself."""

    def defer(self, source: ObjectCreated) -> None:
        """Send an event that is delivered after every attempt running now has ended."""
        ...

    def resend(self, body: str) -> None:
        """Send a message again as a new one, with a receive count of zero."""
        ...


class Clock(Protocol):
    """Source of the current time."""

    def __call__(self) -> datetime:
        """Return the current time in UTC."""
        ...


class Context(Protocol):
    """The part of Lambda's context that is used:
    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    @property
    def aws_request_id(self) -> str:
        """Request id of the invocation; the same when Lambda retries an asynchronous event."""
        ...

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until the invocation's timeout."""
        ...
