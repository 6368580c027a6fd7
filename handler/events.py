"""From what Lambda is invoked with to the uploads that it tells of. Pure.

The payload is an S3 notification, alone or as the body of an SQS message. Its structure:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast
from urllib.parse import unquote_plus

from handler.errors import Reason, Rejected
from handler.keys import MAX_KEY_BYTES

logger = logging.getLogger(__name__)

_SUPPORTED_MAJOR_VERSION = "2"


@dataclass(frozen=True, kw_only=True)
class QueueMessage:
    """A message of the queue."""

    message_id: str
    body: str


@dataclass(frozen=True, kw_only=True)
class SourceObject:
    """An object that was created. None stands for what the event did not tell.

    Attributes:
        bucket: Where it was created.
        key: As stored, no longer form-encoded.
        version_id: None where the bucket keeps no versions, or the payload was written by hand.
        size_bytes: As stored.
        sequencer: Orders the events of one key.
        event_time: When it was created, in UTC.
        notification: The S3 notification, reduced to this one record, as JSON.
    """

    bucket: str
    key: str
    version_id: str | None = None
    size_bytes: int | None = None
    sequencer: str | None = None
    event_time: datetime | None = None
    notification: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """Something in the place of an S3 notification, or of a record in it."""

    body: str = field(repr=False)
    rejection: Rejected


Notice = SourceObject | Unreadable


def queue_messages(event: Mapping[str, object]) -> list[QueueMessage] | None:
    """Return the messages of an SQS event, and None for any other event.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    records = [_mapping(record) for record in _sequence(event.get("Records"))]
    if not records or any(record.get("eventSource") != "aws:sqs" for record in records):
        return None
    return [
        QueueMessage(message_id=str(record["messageId"]), body=str(record["body"]))
        for record in records
    ]


def read_body(body: str) -> list[Notice]:
    """Read the body of a queue message; see `read_notification`."""
    try:
        payload: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        return [_unreadable(body, f"not JSON: {type(error).__name__}")]
    return read_notification(payload)


def read_notification(payload: object) -> list[Notice]:
    """Return the created objects that an S3 notification tells of; never raises.

    Nothing is returned for the test event that S3 sends when notifications are set up, for events
    other than `ObjectCreated:*`, and for folder markers (keys that end in a slash). What is no S3
    notification comes back as `Unreadable`, so that the rest can be handled.
    """
    notification = _mapping(payload)
    if notification.get("Event") == "s3:TestEvent":
        logger.info("test-event")
        return []
    records = notification.get("Records")
    if not isinstance(records, list):
        return [_unreadable(json.dumps(payload), "no list of Records: not an S3 notification")]
    notices = [_read_record(record) for record in cast("list[object]", records)]
    return [notice for notice in notices if notice is not None]


def _read_record(value: object) -> Notice | None:
    record = _mapping(value)
    try:
        _check_version(record)
        event_name = record.get("eventName", "ObjectCreated:")
        if not str(event_name).removeprefix("s3:").startswith("ObjectCreated:"):
            logger.info("ignored-event", extra={"event_name": str(event_name)})
            return None
        source = _source_object(record)
    except Rejected as rejection:
        return Unreadable(body=_one_record(value), rejection=rejection)
    if source.key.endswith("/"):
        logger.info("ignored-folder-marker", extra={"key": source.key})
        return None
    return source


def _check_version(record: Mapping[str, object]) -> None:
    """Refuse another major version. A new minor one only adds fields, and ours are then ignored."""
    version = str(record.get("eventVersion", _SUPPORTED_MAJOR_VERSION))
    if version.partition(".")[0] != _SUPPORTED_MAJOR_VERSION:
        raise _malformed(f"eventVersion is {version[:20]!r}, {_SUPPORTED_MAJOR_VERSION}.x is known")


def _source_object(record: Mapping[str, object]) -> SourceObject:
    s3 = _mapping(record.get("s3"))
    stored = _mapping(s3.get("object"))
    bucket = _mapping(s3.get("bucket")).get("name")
    if not isinstance(bucket, str) or not bucket:
        raise _malformed("no s3.bucket.name")
    size = stored.get("size")
    return SourceObject(
        bucket=bucket,
        key=_decode_key(stored.get("key")),
        version_id=_text(stored.get("versionId")),
        size_bytes=size if isinstance(size, int) and size >= 0 else None,
        sequencer=_text(stored.get("sequencer")),
        event_time=_time(record.get("eventTime")),
        notification=_one_record(record),
    )


def _decode_key(encoded: object) -> str:
    """Undo the form encoding of a key: `red+flower.jpg` was stored as `red flower.jpg`."""
    if not isinstance(encoded, str):
        raise _malformed("no s3.object.key")
    try:
        key = unquote_plus(encoded, errors="strict")
        length_bytes = len(key.encode())
    except UnicodeError:
        raise _malformed("s3.object.key is not UTF-8") from None
    if not 0 < length_bytes <= MAX_KEY_BYTES:
        raise _malformed(f"s3.object.key has {length_bytes} bytes, S3 has 1-{MAX_KEY_BYTES}")
    return key


def _time(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(str(value))
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _malformed(detail: str) -> Rejected:
    return Rejected(Reason.MALFORMED_EVENT, detail)


def _unreadable(body: str, detail: str) -> Unreadable:
    return Unreadable(body=body, rejection=_malformed(detail))


def _one_record(record: object) -> str:
    return json.dumps({"Records": [record]})


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _sequence(value: object) -> Sequence[object]:
    return cast("list[object]", value) if isinstance(value, list) else []
