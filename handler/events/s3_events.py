"""S3 events as values, and the message by which the function sends itself one. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote_plus

from handler.model.errors import Rejected

OWN_FIELDS = "imagepipe"
"""Name of the field that our own messages have in addition to the fields of S3."""


@dataclass(frozen=True, kw_only=True)
class ObjectCreated:
    """A version of an object that was created or restored. None stands for a fact that the event
    lacks."""

    bucket: str
    """The bucket of the object."""
    key: str
    """The key as stored, no longer form-encoded."""
    version_id: str | None = None
    """See `handler.model.versions`; None in a hand-written payload."""
    size_bytes: int | None = None
    """The size of the object as stored."""
    event_time: datetime | None = None
    """Time of creation, in UTC."""
    again: bool = False
    """Whether a version with a final record is to be processed again."""
    was_rejected: bool = False
    """Whether this is the event of a rejected upload, which was returned to the queue: its
    outcome is published again. Then `again` is true, too."""
    was_restored: bool = False
    """Whether an archived object became readable: a version that was rejected is to be processed
    again. Then `event_time` is None."""
    waited_for: str | None = None
    """Token of the attempt that this message was deferred for, and that has ended since."""
    deferrals: int = 0
    """Number of times the event has been deferred for another attempt."""
    s3_record: Mapping[str, object] = field(
        default_factory=dict[str, object], repr=False, hash=False
    )
    """The record of the S3 notification; empty if the event comes from none."""


@dataclass(frozen=True, kw_only=True)
class ObjectRemoved:
    """An object, or one version of it, that was deleted; S3 is asked for what remains."""

    bucket: str
    key: str


@dataclass(frozen=True, kw_only=True)
class MalformedEvent:
    """A payload or a record of one that is not an S3 event."""

    body: str = field(repr=False)
    rejection: Rejected


S3Event = ObjectCreated | ObjectRemoved | MalformedEvent


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt at processing a message."""

    message_id: str
    """Id of the message, the same for all its deliveries."""
    request_id: str
    """Request id of the invocation."""

    @property
    def token(self) -> str:
        """Identifier of the attempt; starts with `owner`."""
        return f"{self.owner}{self.request_id}"

    @property
    def owner(self) -> str:
        """Identifier of the message. SQS hides a message during an attempt, so that a later attempt
        at the same message follows one that has ended."""
        return f"{self.message_id}/"


def to_rejected(source: ObjectCreated) -> str:
    """Write the S3 notification of a rejected upload, marked so that it is processed again.

    Its record is final, so that the event itself, returned to the queue, would be a duplicate.
    """
    if not source.s3_record:
        return to_message(replace(source, again=True, was_rejected=True))
    return to_notification({**source.s3_record, OWN_FIELDS: {"rejected": True}})


def to_message(source: ObjectCreated) -> str:
    """Write an S3 notification that `read_notification` parses back into the same event."""
    stored = {
        "key": quote_plus(source.key, safe="/"),
        "size": source.size_bytes,
        "versionId": source.version_id,
    }
    own = {
        "again": source.again,
        "rejected": source.was_rejected,
        "restored": source.was_restored,
        "waitedFor": source.waited_for,
        "deferrals": source.deferrals,
    }
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:",
        "eventTime": source.event_time and source.event_time.isoformat(),
        "s3": {"bucket": {"name": source.bucket}, "object": stored},
        OWN_FIELDS: own,
    }
    return to_notification(record)


def to_notification(record: object) -> str:
    """Write an S3 notification with this one record."""
    return json.dumps({"Records": [record]})
