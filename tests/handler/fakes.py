"""An AWS of dictionaries: the ports of `handler.ports`, with versions and conditional writes.

Every call passes `Faults`, which can kill the function just before or just after the effect.
"""

import hashlib
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote_plus

from handler.errors import Rejected, SourceGone
from handler.limits import check_source_bytes
from handler.ports import ObjectFacts, StoredObject
from handler.process import Pipeline
from handler.settings import Settings
from handler.variants import parse_variants

UPLOADS = "uploads"
PROCESSED = "processed"
NOW = datetime(2026, 11, 21, 8, 4, 34, 123000, tzinfo=UTC)

DEFAULT_SPECS: list[dict[str, str | int]] = [
    {"name": "compressed", "format": "jpeg", "quality": 85},
    {"name": "low_quality", "format": "jpeg", "quality": 50},
    {"name": "converted", "format": "webp", "quality": 80},
    {"name": "converted", "format": "png"},
    {"name": "thumbnail", "format": "jpeg", "quality": 85, "maxWidth": 150, "maxHeight": 150},
]


def make_settings(
    specs: list[dict[str, str | int]] | None = None,
    *,
    max_source_bytes: int = 1_000_000,
    max_source_pixels: int = 1_000_000,
) -> Settings:
    return Settings(
        upload_bucket=UPLOADS,
        processed_bucket=PROCESSED,
        table_name="images",
        topic_arn="arn:aws:sns:eu-north-1:123456789012:images",
        dead_letter_queue_url=None,
        variants=parse_variants(DEFAULT_SPECS if specs is None else specs),
        background_colour="#ffffff",
        max_source_bytes=max_source_bytes,
        max_source_pixels=max_source_pixels,
        log_level="INFO",
    )


class Killed(BaseException):
    """The end of the process: nothing in the function may catch it."""


@dataclass
class Faults:
    """Counts calls, and ends the process at one of them."""

    at_call: int | None = None
    when: Literal["before", "after"] = "before"
    error: BaseException = field(default_factory=Killed)
    calls: list[str] = field(default_factory=list[str])

    @contextmanager
    def passing(self, call: str) -> Generator[None]:
        self.calls.append(call)
        due = len(self.calls) == self.at_call
        if due and self.when == "before":
            raise self.error
        try:
            yield
        finally:
            if due and self.when == "after":
                raise self.error


@dataclass(frozen=True, kw_only=True)
class Version:
    version_id: str
    data: bytes
    content_type: str


@dataclass
class FakeObjects:
    faults: Faults
    versions: dict[tuple[str, str], list[Version]] = field(
        default_factory=dict[tuple[str, str], list[Version]]
    )

    def store(self, bucket: str, key: str, data: bytes, content_type: str) -> str:
        versions = self.versions.setdefault((bucket, key), [])
        versions.append(
            Version(version_id=f"v{len(versions) + 1}", data=data, content_type=content_type)
        )
        return versions[-1].version_id

    def current(self, bucket: str) -> dict[str, bytes]:
        return {key: found[-1].data for (of, key), found in self.versions.items() if of == bucket}

    def head(self, bucket: str, key: str) -> ObjectFacts:
        with self.faults.passing("head"):
            return _facts(self._find(bucket, key, None))

    def get(self, bucket: str, key: str, version_id: str | None, max_bytes: int) -> StoredObject:
        with self.faults.passing("get"):
            version = self._find(bucket, key, version_id)
            check_source_bytes(len(version.data), max_bytes)
            return StoredObject(facts=_facts(version), data=version.data)

    def put(self, bucket: str, key: str, data: bytes, content_type: str) -> None:
        with self.faults.passing("put"):
            self.store(bucket, key, data, content_type)

    def _find(self, bucket: str, key: str, version_id: str | None) -> Version:
        for version in reversed(self.versions.get((bucket, key), [])):
            if version_id in (None, version.version_id):
                return version
        raise SourceGone(f"{bucket}/{key}")


def _facts(version: Version) -> ObjectFacts:
    return ObjectFacts(
        version_id=version.version_id,
        size_bytes=len(version.data),
        content_type=version.content_type,
        etag=hashlib.sha256(version.data).hexdigest()[:32],
        last_modified=NOW,
    )


@dataclass
class FakeCatalog:
    faults: Faults
    items: dict[tuple[object, object], Mapping[str, object]] = field(
        default_factory=dict[tuple[object, object], Mapping[str, object]]
    )

    def claim(self, record: Mapping[str, object]) -> bool:
        with self.faults.passing("claim"):
            stored = self._stored(record)
            return self._write_if(
                stored is None
                or stored["status"] == "processing"
                or stored["recipe"] != record["recipe"],
                record,
            )

    def mark(self, record: Mapping[str, object]) -> bool:
        with self.faults.passing("mark"):
            stored = self._stored(record)
            return self._write_if(
                stored is None
                or (stored["status"] == "processing" and stored["recipe"] == record["recipe"]),
                record,
            )

    def _stored(self, record: Mapping[str, object]) -> Mapping[str, object] | None:
        return self.items.get((record["image_id"], record["version_id"]))

    def _write_if(self, condition: bool, record: Mapping[str, object]) -> bool:
        if condition:
            self.items[record["image_id"], record["version_id"]] = record
        return condition


@dataclass
class FakeNotifier:
    faults: Faults
    messages: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])

    def publish(self, message: Mapping[str, object]) -> None:
        with self.faults.passing("publish"):
            self.messages.append(json.loads(json.dumps(message)))


@dataclass
class FakeDeadLetters:
    faults: Faults
    letters: list[tuple[str, Rejected]] = field(default_factory=list[tuple[str, Rejected]])

    def forward(self, body: str, rejection: Rejected) -> None:
        with self.faults.passing("forward"):
            self.letters.append((body, rejection))


class World:
    """All that the function touches, and the uploads that make it run."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.faults = Faults()
        self.objects = FakeObjects(self.faults)
        self.catalog = FakeCatalog(self.faults)
        self.notifier = FakeNotifier(self.faults)
        self.dead_letters = FakeDeadLetters(self.faults)
        self.pipeline = self.with_settings(settings or make_settings())

    def with_settings(self, settings: Settings) -> Pipeline:
        """Return what another deployment would run on the same resources."""
        return Pipeline(
            settings=settings,
            objects=self.objects,
            catalog=self.catalog,
            notifier=self.notifier,
            dead_letters=self.dead_letters,
            clock=lambda: NOW,
        )

    def upload(self, key: str, data: bytes, content_type: str = "image/jpeg") -> dict[str, object]:
        """Store an object and return the record of the event that S3 sends."""
        version_id = self.objects.store(UPLOADS, key, data, content_type)
        return s3_record(key, version_id=version_id, size=len(data))

    @property
    def variants(self) -> dict[str, bytes]:
        """The processed bucket's content by key."""
        return self.objects.current(PROCESSED)


def s3_record(
    key: str, *, version_id: str = "v1", size: int = 100, bucket: str = UPLOADS
) -> dict[str, object]:
    """A record as the S3 user guide shows it, in "Event message structure"."""
    return {
        "eventVersion": "2.2",
        "eventSource": "aws:s3",
        "awsRegion": "eu-north-1",
        "eventTime": "2026-11-21T08:04:33.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AIDAJDPLRKLG7UEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "uploads",
            "bucket": {
                "name": bucket,
                "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                "arn": f"arn:aws:s3:::{bucket}",
            },
            "object": {
                "key": quote_plus(key, safe="/"),
                "size": size,
                "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                "versionId": version_id,
                "sequencer": "0055AED6DCD90281E5",
            },
        },
    }


def sqs_event(*bodies: object) -> dict[str, object]:
    """An event of the mapping, as the Lambda guide shows it; message ids are `m0`, `m1`, …"""
    return {
        "Records": [
            {
                "messageId": f"m{index}",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "md5OfBody": "098f6bcd4621d373cade4e832627b4f6",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-north-1:123456789012:uploads",
                "awsRegion": "eu-north-1",
            }
            for index, body in enumerate(bodies)
        ]
    }


def notification(*records: Mapping[str, object]) -> dict[str, object]:
    """What S3 sends: one or more records."""
    return {"Records": list(records)}


@dataclass
class FakeContext:
    """Time left, one value for each time it is asked for; the last one stays."""

    remaining_ms: list[int] = field(default_factory=lambda: [60_000])

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms.pop(0) if len(self.remaining_ms) > 1 else self.remaining_ms[0]
