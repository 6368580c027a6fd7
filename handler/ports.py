"""What the pipeline needs of the world, as it needs it; `handler.aws.connect` implements it.

Each method raises `Retryable` when the service cannot do it now.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from handler.events.notices import Attempt, ObjectCreated
from handler.images.policy import ImagePolicy
from handler.images.render.render import Rendition
from handler.images.source.byte_ranges import ByteRanges, Span
from handler.images.variants.parsing import Variant
from handler.model.errors import Rejected
from handler.model.facts import ImageFacts, ObjectFacts
from handler.model.object_headers import Headers
from handler.model.record import RecordState, Status


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """An object with its content, and the user's metadata by name."""

    facts: ObjectFacts
    data: bytes
    user_metadata: Mapping[str, str] = field(default_factory=dict[str, str])


class ObjectStore(Protocol):
    """Reads uploads, and writes and removes variants.

    What is the newest version of an object is for storage to say: events come in any order, and
    AWS does not promise how their sequencers compare.
    """

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        """Return what is known of the newest version.

        Raises `SourceGone` if there is none. A delete marker on top of it counts only when deletes
        are followed.
        """
        ...

    def get_newest(self, bucket: str, key: str, version_id: str, max_bytes: int) -> StoredObject:
        """Return a version if it is the newest one, under the name that it is asked for by.

        Raises `Superseded` if it is not, `SourceGone` if there is none, and `Rejected` (`empty`,
        `too-large`) without reading an object of such a size.
        """
        ...

    def get_part(
        self, bucket: str, key: str, version_id: str, span: Span, *, etag: str | None
    ) -> StoredObject:
        """Return some bytes of a version, if it is the newest one; `facts` are of the whole object.

        Fewer bytes, where the object ends. Raises as `get_newest` does, but for `Rejected`; and
        `Superseded` if the ETag, that of an earlier read, is another one now.
        """
        ...

    def tags(self, bucket: str, key: str, version_id: str) -> Mapping[str, str]:
        """Return the tags of a version, by key. Raises `SourceGone` if it is not there."""
        ...

    def put(self, bucket: str, key: str, data: bytes, headers: Headers) -> None:
        """Store an object, in place of any that has the key."""
        ...

    def remove(self, bucket: str, keys: Sequence[str]) -> None:
        """Remove objects, some of which may not exist."""
        ...


@dataclass(frozen=True, kw_only=True)
class Claim:
    """How a claim ended.

    Attributes:
        won: Whether it stands.
        before: The row as it was; None if there was none.
    """

    won: bool
    before: RecordState | None


class RecordStore(Protocol):
    """Keeps one row for each version of an upload, by conditional writes."""

    def claim(
        self, record: Mapping[str, object], attempt: Attempt, *, waited_for: str | None, again: bool
    ) -> Claim:
        """Make a version the business of one attempt, unless it is final or another attempt's.

        An earlier attempt is followed if it was at the same message, or is `waited_for`. A final
        row can be claimed `again`, and a processed or rejected one by another recipe.
        """
        ...

    def rows(self, image_id: str) -> Sequence[RecordState]:
        """Return the rows of all versions of an upload."""
        ...

    def mark(self, record: Mapping[str, object], attempt: Attempt, *, settled: bool) -> bool:
        """Write the final record if the attempt's claim stands; say whether it was written.

        Unless it `settled`, the attempt stays in the row, and so do the variants that the row had,
        if the record has none: these are traces that may still be in storage.
        """
        ...

    def retire(self, image_id: str, row: RecordState, status: Status) -> None:
        """Give a processed row, the variants of which were replaced or removed, its last status."""
        ...

    def forget(self, image_id: str, row: RecordState) -> None:
        """Drop the attempt and the variants from a row that is neither at work nor processed, when
        their traces were removed."""
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


class SelfQueue(Protocol):
    """Sends the function a message."""

    def defer(self, source: ObjectCreated) -> None:
        """Deliver a notice when every attempt that lives now has ended for sure."""
        ...

    def repeat(self, body: str) -> None:
        """Deliver a message once more, as a new one that was never delivered."""
        ...


class Transform(Protocol):
    """Makes variants of an upload, each when it is asked for."""

    def __call__(
        self, data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
    ) -> Iterator[ImageFacts | Rendition]:
        """Yield the facts first, then a rendition for each variant that is made of such an upload.

        Raises `Rejected` if the bytes are not an image that can be developed.
        """
        ...


class Describe(Protocol):
    """Tells what is known of an upload without its pixels."""

    def __call__(
        self, parts: ByteRanges, *, max_pixels: int, policy: ImagePolicy
    ) -> ImageFacts | Span:
        """Return the facts, or what has to be known of the file first.

        Raises `Rejected` if the bytes are not an image that is taken, as far as they tell.
        """
        ...


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return the time now, in UTC."""
        ...
