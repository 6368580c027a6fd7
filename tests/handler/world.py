"""The function with its adapters on the simulated AWS, one call at a time, in no time."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any, cast

from boto3.dynamodb.types import TypeDeserializer

from handler.aws.connect import assemble
from handler.config.settings import Settings
from handler.delivery.services import Pipeline
from handler.events.notices import ObjectCreated
from handler.events.parsing import read_notification
from handler.images.transform import transform
from simulation.aws.clients import make_clients
from simulation.aws.events import notification
from simulation.aws.queue import Queue
from simulation.aws.services import Table
from simulation.aws.storage import EPOCH, NO_LABELS, Bucket, Labels
from simulation.engine import Engine
from tests.handler.deployment import (
    DEAD_LETTERS_URL,
    NOW,
    PROCESSED,
    QUEUE_URL,
    TABLE,
    UPLOADS,
    make_settings,
)
from tests.handler.faults import Faults

STORED = NOW.replace(microsecond=0) - timedelta(seconds=1)
"""When objects are stored, unless a test says else: S3 tells whole seconds."""


class World:
    """All that the function touches, and the uploads that make it run.

    Version ids are `v1`, `v2` and so on, for each bucket.

    Attributes:
        faults: Counts the calls, and lets one of them fail.
        stored_at: When objects are stored from now on.
        reads: What was read of objects, as ContentRange says; None for a whole object.
    """

    def __init__(self, settings: Settings | None = None, *, versioning: bool = True) -> None:
        self.engine = Engine(seed=1)
        self.faults = Faults()
        self.reads: list[str | None] = []
        self.buckets = {
            name: self._make_bucket(name, versioning=versioning) for name in (UPLOADS, PROCESSED)
        }
        self.queue, self.dead_letters = (
            Queue(self.engine, lambda: "message", visibility_seconds=720) for _ in range(2)
        )
        self.queues = {QUEUE_URL: self.queue, DEAD_LETTERS_URL: self.dead_letters}
        self.tables: dict[str, Table] = {TABLE: {}}
        self.published: list[Mapping[str, Any]] = []
        self._interruptions: dict[str, list[Callable[[], object]]] = {}
        self.client = make_clients(self, self._call)
        self.stored_at = STORED
        self.pipeline = self.with_settings(settings or make_settings())

    def with_settings(self, settings: Settings) -> Pipeline:
        """Return what another deployment would run on the same resources."""
        return assemble(
            settings,
            self.client,
            transform=partial(transform, policy=settings.policy),
            clock=lambda: NOW,
        )

    def invoke_directly(self, event: Mapping[str, object]) -> None:
        raise NotImplementedError(event)

    def before(self, operation: str, *actions: Callable[[], object]) -> None:
        """Do something before each of the next calls of an operation, such as `s3.put_object`."""
        self._interruptions.setdefault(operation, []).extend(actions)

    def upload(
        self, key: str, data: bytes, content_type: str = "image/jpeg", labels: Labels = NO_LABELS
    ) -> dict[str, object]:
        """Store an object and return the record of the event that S3 sends."""
        bucket = self.buckets[UPLOADS]
        bucket.put(key, data, content_type, labels)
        return cast("Any", notification(bucket.changes[-1]))["Records"][0]

    def delete(self, key: str) -> None:
        """Put a delete marker on top of an upload."""
        self.buckets[UPLOADS].put(key, None)

    def delete_version(self, key: str, version_id: str) -> None:
        """Delete a version of an upload for ever."""
        self.buckets[UPLOADS].delete_version(key, version_id)

    @property
    def variants(self) -> dict[str, bytes]:
        """The processed bucket's content by key."""
        return self.buckets[PROCESSED].content()

    @property
    def records(self) -> dict[tuple[str, str], Mapping[str, Any]]:
        """All records, by image and version."""
        return {
            (image, version): {name: _plain(value) for name, value in item.items()}
            for image, versions in self.tables[TABLE].items()
            for version, item in versions.items()
        }

    @property
    def letters(self) -> list[tuple[str, str]]:
        """Body and reason of what is in the dead-letter queue."""
        return [(each.body, each.attributes["reason"]) for each in self.dead_letters.visible]

    @property
    def queued(self) -> list[str]:
        """The messages that the function sent itself, delayed ones too."""
        self.engine.run()
        return [message.body for message in self.queue.visible]

    @property
    def deferred(self) -> Sequence[ObjectCreated]:
        """What the messages that the function sent itself are about."""
        notices = [each for body in self.queued for each in read_notification(json.loads(body))]
        return [each for each in notices if isinstance(each, ObjectCreated)]

    def _make_bucket(self, name: str, *, versioning: bool) -> Bucket:
        numbers = count(1)
        return Bucket(
            name,
            lambda: f"v{next(numbers)}",
            lambda: (self.stored_at - EPOCH).total_seconds(),
            versioning=versioning,
        )

    def _call(self, operation: str, _subject: str, effect: Callable[[], Any]) -> Any:
        if actions := self._interruptions.get(operation):
            actions.pop(0)()
        with self.faults.passing(operation):
            answer = effect()
        if operation == "s3.get_object":
            self.reads.append(answer.get("ContentRange"))
        return answer


def _plain(value: Any) -> object:
    """Return a value of DynamoDB as it is in a message, which has no exact decimals."""
    found = TypeDeserializer().deserialize(value)
    return json.loads(json.dumps(found, default=_number))


def _number(value: object) -> int | float:
    assert isinstance(value, Decimal)
    return int(value) if value == int(value) else float(value)
