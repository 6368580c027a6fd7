"""An AWS of dictionaries: the ports of `handler.ports`, with versions and conditional writes.

Every call passes `Faults`, which can kill the function just before or just after the effect.
"""

import hashlib
import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Literal
from urllib.parse import quote_plus

from handler.config.settings import Settings
from handler.delivery.services import Pipeline
from handler.events.notices import Attempt, ObjectCreated
from handler.images.source.header import read_header
from handler.images.transform import transform
from handler.images.variants.parsing import parse_variants
from handler.model.byte_ranges import Span
from handler.model.errors import Rejected, SourceGone, Superseded
from handler.model.facts import ObjectFacts
from handler.model.limits import check_source_bytes
from handler.model.object_headers import Headers
from handler.model.record import OPTIONAL, RecordState, Status, read_record_state
from handler.ports import Claim, StoredObject

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
    propagate_deletes: bool = False,
) -> Settings:
    return Settings(
        upload_bucket=UPLOADS,
        processed_bucket=PROCESSED,
        table_name="images",
        topic_arn="arn:aws:sns:eu-north-1:123456789012:images",
        queue_url="https://sqs.eu-north-1.amazonaws.com/123456789012/uploads",
        timeout_seconds=120,
        memory_mib=1769,
        dead_letter_queue_url=None,
        variants=parse_variants(DEFAULT_SPECS if specs is None else specs),
        background_colour="#ffffff",
        max_source_bytes=max_source_bytes,
        max_source_pixels=max_source_pixels,
        max_step_seconds=25,
        max_cpu_seconds=60,
        propagate_deletes=propagate_deletes,
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
    """A store in which a deleted object is gone with all its versions."""

    faults: Faults
    versions: dict[tuple[str, str], list[Version]] = field(
        default_factory=dict[tuple[str, str], list[Version]]
    )
    source_metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    source_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    part_bytes: int = 0
    headers: dict[str, Headers] = field(default_factory=dict[str, Headers])

    def store(self, bucket: str, key: str, data: bytes, content_type: str) -> str:
        versions = self.versions.setdefault((bucket, key), [])
        versions.append(
            Version(version_id=f"v{len(versions) + 1}", data=data, content_type=content_type)
        )
        return versions[-1].version_id

    def current(self, bucket: str) -> dict[str, bytes]:
        return {key: found[-1].data for (of, key), found in self.versions.items() if of == bucket}

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        with self.faults.passing("newest"):
            return _facts(self._newest(bucket, key))

    def get_newest(self, bucket: str, key: str, version_id: str, max_bytes: int) -> StoredObject:
        with self.faults.passing("get"):
            version = self._newest(bucket, key)
            if version.version_id != version_id:
                raise Superseded(version_id)
            check_source_bytes(len(version.data), max_bytes)
            return StoredObject(
                facts=_facts(version), data=version.data, user_metadata=self.source_metadata
            )

    def tags(self, bucket: str, key: str, version_id: str) -> Mapping[str, str]:
        with self.faults.passing("tags"):
            assert self._newest(bucket, key).version_id == version_id
            return self.source_tags

    def get_part(
        self, bucket: str, key: str, version_id: str, span: Span, *, etag: str | None
    ) -> StoredObject:
        with self.faults.passing("get_part"):
            version = self._newest(bucket, key)
            facts = _facts(version)
            if version.version_id != version_id or etag not in (None, facts.etag):
                raise Superseded(version_id)
            data = version.data[span.start : span.end]
            self.part_bytes += len(data)
            return StoredObject(facts=facts, data=data)

    def put(self, bucket: str, key: str, data: bytes, headers: Headers) -> None:
        with self.faults.passing("put"):
            self.store(bucket, key, data, headers.content_type)
            self.headers[key] = headers

    def remove(self, bucket: str, keys: Sequence[str]) -> None:
        with self.faults.passing("remove"):
            for key in keys:
                self.versions.pop((bucket, key), None)

    def _newest(self, bucket: str, key: str) -> Version:
        versions = self.versions.get((bucket, key))
        if not versions:
            raise SourceGone(f"{bucket}/{key}")
        return versions[-1]


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
    """What `handler.aws.record_store` does by conditions, in plain Python."""

    faults: Faults
    items: dict[tuple[str, str], dict[str, object]] = field(
        default_factory=dict[tuple[str, str], dict[str, object]]
    )

    def claim(
        self, record: Mapping[str, object], attempt: Attempt, *, waited_for: str | None, again: bool
    ) -> Claim:
        with self.faults.passing("claim"):
            stored = self.items.get(_identity(record), {})
            before = read_record_state(stored) if stored else None
            won = _may_claim(before, record, attempt, waited_for=waited_for, again=again)
            if won:
                self.items[_identity(record)] = {**stored, **record, "attempt": attempt.token}
            return Claim(won=won, before=before)

    def rows(self, image_id: str) -> Sequence[RecordState]:
        with self.faults.passing("rows"):
            return [
                read_record_state(row)
                for (image, _), row in self.items.items()
                if image == image_id
            ]

    def mark(self, record: Mapping[str, object], attempt: Attempt, *, settled: bool) -> bool:
        with self.faults.passing("mark"):
            stored = self.items[_identity(record)]
            if (stored["status"], stored.get("attempt")) != ("processing", attempt.token):
                return False
            removed = {*OPTIONAL, *(["attempt"] if settled else [])}
            kept = {name: value for name, value in stored.items() if name not in removed}
            self.items[_identity(record)] = {**kept, **record}
            return True

    def retire(self, image_id: str, row: RecordState, status: Status) -> None:
        with self.faults.passing("retire"):
            stored = self.items[image_id, row.version_id]
            if stored["status"] == "processed":
                del stored["variants"]
                stored["status"] = status.value

    def forget(self, image_id: str, row: RecordState) -> None:
        with self.faults.passing("forget"):
            del self.items[image_id, row.version_id]["attempt"]


def _identity(record: Mapping[str, object]) -> tuple[str, str]:
    return str(record["image_id"]), str(record["version_id"])


def _may_claim(
    before: RecordState | None,
    record: Mapping[str, object],
    attempt: Attempt,
    *,
    waited_for: str | None,
    again: bool,
) -> bool:
    if before is None:
        return True
    if before.status is Status.PROCESSING:
        holder = before.attempt or ""
        return holder in ("", waited_for) or holder.startswith(attempt.owner)
    differs = before.recipe != record["recipe"] and before.status in ("processed", "rejected")
    return again or differs or (before.status == "rejected" and before.limits != record["limits"])


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


@dataclass
class FakeReminders:
    faults: Faults
    self_queue: list[ObjectCreated] = field(default_factory=list[ObjectCreated])
    repeated: list[str] = field(default_factory=list[str])

    def defer(self, source: ObjectCreated) -> None:
        with self.faults.passing("remind"):
            self.self_queue.append(source)

    def repeat(self, body: str) -> None:
        with self.faults.passing("repeat"):
            self.repeated.append(body)


class World:
    """All that the function touches, and the uploads that make it run."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.faults = Faults()
        self.objects = FakeObjects(self.faults)
        self.record_store = FakeCatalog(self.faults)
        self.notifier = FakeNotifier(self.faults)
        self.dead_letters = FakeDeadLetters(self.faults)
        self.self_queue = FakeReminders(self.faults)
        self.pipeline = self.with_settings(settings or make_settings())

    def with_settings(self, settings: Settings) -> Pipeline:
        """Return what another deployment would run on the same resources."""
        return Pipeline(
            settings=settings,
            objects=self.objects,
            record_store=self.record_store,
            notifier=self.notifier,
            dead_letters=self.dead_letters,
            self_queue=self.self_queue,
            transform=partial(transform, policy=settings.policy),
            describe=read_header,
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


def sqs_event(*bodies: object, deliveries: int = 1) -> dict[str, object]:
    """An event of the mapping, as the Lambda guide shows it; message ids are `m0`, `m1`, …"""
    return {
        "Records": [
            {
                "messageId": f"m{index}",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": str(deliveries)},
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
    aws_request_id: str = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms.pop(0) if len(self.remaining_ms) > 1 else self.remaining_ms[0]
