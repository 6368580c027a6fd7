"""What an invocation tells of, and how the function tells itself the same later. Pure."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote_plus

from handler.model.errors import Rejected

OWN = "imagepipe"
"""Name of what our own messages have beside the fields of S3."""


@dataclass(frozen=True, kw_only=True)
class ObjectCreated:
    """A version of an object that was created. None stands for what the event did not tell.

    Attributes:
        bucket: Where it was created.
        key: As stored, no longer form-encoded.
        version_id: See `handler.model.versions`; None in a payload that was written by hand.
        size_bytes: As stored.
        event_time: When it was created, in UTC.
        again: Whether a version with a final record is to be looked at again.
        waited_for: The attempt that has ended for sure since this message was sent, if there was
            one.
        deferrals: How often the notice has waited for one.
        notification: The S3 notification, reduced to this one record, as JSON.
    """

    bucket: str
    key: str
    version_id: str | None = None
    size_bytes: int | None = None
    event_time: datetime | None = None
    again: bool = False
    waited_for: str | None = None
    deferrals: int = 0
    notification: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class ObjectRemoved:
    """An object, or one version of it, that was deleted. What is left of it, only storage knows."""

    bucket: str
    key: str


@dataclass(frozen=True, kw_only=True)
class MalformedEvent:
    """Something in the place of an S3 notification, or of a record in it."""

    body: str = field(repr=False)
    rejection: Rejected


Notice = ObjectCreated | ObjectRemoved | MalformedEvent


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try at handling a message.

    Attributes:
        message_id: The same for all deliveries of a message.
        request_id: The invocation's.
    """

    message_id: str
    request_id: str

    @property
    def token(self) -> str:
        """Names the attempt; starts with `owner`."""
        return f"{self.owner}{self.request_id}"

    @property
    def owner(self) -> str:
        """Names the message: SQS hides it while one attempt lasts, so a second one is the only."""
        return f"{self.message_id}/"


def to_message(source: ObjectCreated) -> str:
    """Write an upload as the S3 notification that is read back as the same."""
    stored = {
        "key": quote_plus(source.key, safe="/"),
        "size": source.size_bytes,
        "versionId": source.version_id,
    }
    own = {"again": source.again, "waitedFor": source.waited_for, "deferrals": source.deferrals}
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:",
        "eventTime": source.event_time and source.event_time.isoformat(),
        "s3": {"bucket": {"name": source.bucket}, "object": stored},
        OWN: own,
    }
    return json.dumps({"Records": [record]})
