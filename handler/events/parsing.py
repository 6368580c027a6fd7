"""Parsing of Lambda payloads into S3 events. Pure.

The payload is an S3 notification or an EventBridge event from S3: by itself, as the body of an SQS
message, or wrapped by another service (`handler.events.envelopes`). Their structures:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from urllib.parse import quote_plus, unquote_plus

from handler.contract import LogEvent
from handler.events.envelopes import unwrapped
from handler.events.s3_events import (
    OWN_FIELDS,
    MalformedEvent,
    ObjectCreated,
    ObjectRemoved,
    S3Event,
    to_notification,
)
from handler.model.errors import Reason, Rejected
from handler.model.facts import MAX_KEY_BYTES
from handler.model.versions import version_of_event

logger = logging.getLogger(__name__)

_SUPPORTED_MAJOR_VERSION = "2"

_CREATED = "ObjectCreated:"
_RESTORED = "ObjectRestore:Completed"
_REMOVED = ("ObjectRemoved:", "LifecycleExpiration:")
_EVENTBRIDGE_NAMES = {
    "Object Created": _CREATED,
    "Object Deleted": "ObjectRemoved:",
    "Object Restore Completed": _RESTORED,
}
"""Detail types of EventBridge and the event names of S3 that they correspond to."""


@dataclass(frozen=True, kw_only=True)
class QueueMessage:
    """A message of the queue, and its number of deliveries including this one."""

    message_id: str
    body: str
    deliveries: int


def queue_messages(event: Mapping[str, object]) -> list[QueueMessage] | None:
    """Return the messages of an SQS event; None for any other event.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    records = [_mapping(record) for record in _sequence(event.get("Records"))]
    if not records or any(record.get("eventSource") != "aws:sqs" for record in records):
        return None
    return [
        QueueMessage(
            message_id=str(record["messageId"]),
            body=str(record["body"]),
            deliveries=int(str(_mapping(record["attributes"])["ApproximateReceiveCount"])),
        )
        for record in records
    ]


def read_body(body: str) -> list[S3Event]:
    """Read the body of a queue message; see `read_notification`."""
    try:
        payload: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        return [_malformed_event(body, f"not JSON: {type(error).__name__}")]
    return read_notification(payload)


def read_notification(payload: object) -> list[S3Event]:
    """Return the S3 events about created and removed objects; never raises.

    The test event that S3 sends when notifications are configured, other event types and folder
    markers (keys that end in a slash) are skipped. So is an empty object, the payload of a
    scheduled run of the reconciler: one that failed is in the dead-letter queue, and may be
    returned from there with the uploads. A record that is not an S3 event is returned as
    a `MalformedEvent`, so that the others can be processed.
    """
    notification = _mapping(unwrapped(payload))
    if notification.get("Event") == "s3:TestEvent":
        logger.info(LogEvent.TEST_EVENT)
        return []
    if payload == {}:
        logger.info(LogEvent.IGNORED_SCHEDULED_RUN)
        return []
    if notification.get("source") == "aws.s3":
        records: object = [_from_eventbridge(notification)]
    else:
        records = notification.get("Records")
    if not isinstance(records, list):
        return [_malformed_event(json.dumps(payload), "no list of Records: not an S3 notification")]
    events = [_read_record(record) for record in cast("list[object]", records)]
    return [event for event in events if event is not None]


def _from_eventbridge(event: Mapping[str, object]) -> dict[str, object]:
    """Convert an EventBridge event to the record of an S3 notification."""
    detail = _mapping(event.get("detail"))
    stored = _mapping(detail.get("object"))
    key = stored.get("key")
    return {
        "eventName": _EVENTBRIDGE_NAMES.get(
            str(event.get("detail-type")), str(event.get("detail-type"))
        ),
        "eventTime": event.get("time"),
        "s3": {
            "bucket": detail.get("bucket"),
            "object": {
                # Keys are not encoded in EventBridge events.
                "key": quote_plus(key, safe="/") if isinstance(key, str) else key,
                "size": stored.get("size"),
                "versionId": stored.get("version-id"),
                "eTag": stored.get("etag"),
                "sequencer": stored.get("sequencer"),
            },
        },
    }


def _read_record(value: object) -> S3Event | None:
    record = _mapping(value)
    event_name = str(record.get("eventName", _CREATED)).removeprefix("s3:")
    try:
        _check_version(record)
        if not event_name.startswith((_CREATED, _RESTORED, *_REMOVED)):
            logger.info(LogEvent.IGNORED_EVENT, extra={"event_name": event_name})
            return None
        source = _source_object(record, was_restored=event_name == _RESTORED)
    except Rejected as rejection:
        return MalformedEvent(body=to_notification(value), rejection=rejection)
    if source.key.endswith("/"):
        logger.info(LogEvent.IGNORED_FOLDER_MARKER, extra={"key": source.key})
        return None
    if event_name.startswith(_REMOVED):
        return ObjectRemoved(bucket=source.bucket, key=source.key)
    return source


def _check_version(record: Mapping[str, object]) -> None:
    """Refuse another major version. Minor versions only add fields, which are ignored."""
    version = str(record.get("eventVersion", _SUPPORTED_MAJOR_VERSION))
    if version.partition(".")[0] != _SUPPORTED_MAJOR_VERSION:
        raise _malformed(f"eventVersion is {version[:20]!r}, {_SUPPORTED_MAJOR_VERSION}.x is known")


def _source_object(record: Mapping[str, object], *, was_restored: bool) -> ObjectCreated:
    s3 = _mapping(record.get("s3"))
    stored = _mapping(s3.get("object"))
    own = _mapping(record.get(OWN_FIELDS))
    bucket = _mapping(s3.get("bucket")).get("name")
    if not isinstance(bucket, str) or not bucket:
        raise _malformed("no s3.bucket.name")
    return ObjectCreated(
        bucket=bucket,
        key=_decode_key(stored.get("key")),
        version_id=version_of_event(
            *(_text(stored.get(name)) for name in ("versionId", "eTag", "sequencer"))
        ),
        size_bytes=_count(stored.get("size")),
        event_time=None if was_restored else _time(record.get("eventTime")),
        again=own.get("again") is True or own.get("rejected") is True,
        was_rejected=own.get("rejected") is True,
        was_restored=was_restored or own.get("restored") is True,
        waited_for=_text(own.get("waitedFor")),
        deferrals=_count(own.get("deferrals")) or 0,
        s3_record=record,
    )


def _decode_key(encoded: object) -> str:
    """Decode the form encoding of a key: `red+flower.jpg` is stored as `red flower.jpg`."""
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


def _malformed_event(body: str, detail: str) -> MalformedEvent:
    return MalformedEvent(body=body, rejection=_malformed(detail))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _sequence(value: object) -> Sequence[object]:
    return cast("list[object]", value) if isinstance(value, list) else []
