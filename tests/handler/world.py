"""The processor with its adapters on the simulated AWS, without concurrency or delays."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any, cast

from boto3.dynamodb.types import TypeDeserializer

from handler.aws.connect import assemble
from handler.config.settings import Settings
from handler.delivery.services import Services
from handler.events.parsing import read_notification
from handler.events.s3_events import ObjectCreated
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
    REJECTED_URL,
    TABLE,
    UPLOADS,
    make_settings,
)
from tests.handler.faults import Faults

STORED = NOW.replace(microsecond=0) - timedelta(seconds=1)
"""Default time at which objects are stored, in whole seconds as S3 returns it."""


class World:
    """Simulated resources of the function, and operations of uploaders.

    Version ids are `v1`, `v2` and so on, for each bucket.
    """

    faults: Faults
    """Counts the calls, and lets one of them fail."""
    reads: list[str | None]
    """Content-Range of each read of an object; None for a whole object."""
    stored_at: datetime
    """Time at which objects are stored from now on."""

    def __init__(self, settings: Settings | None = None, *, versioning: bool = True) -> None:
        self.engine = Engine(seed=1)
        self.faults = Faults()
        self.reads = []
        self.buckets = {
            name: self._make_bucket(name, versioning=versioning) for name in (UPLOADS, PROCESSED)
        }
        self.queue, self.rejected, self.dead_letters = (
            Queue(self.engine, lambda: "message", visibility_seconds=720) for _ in range(3)
        )
        self.queues = {
            QUEUE_URL: self.queue,
            REJECTED_URL: self.rejected,
            DEAD_LETTERS_URL: self.dead_letters,
        }
        self.tables: dict[str, Table] = {TABLE: {}}
        self.published: list[Mapping[str, Any]] = []
        self._interruptions: dict[str, list[Callable[[], object]]] = {}
        self.client = make_clients(self, self._call)
        self.stored_at = STORED
        self.services = self.with_settings(settings or make_settings())

    def with_settings(self, settings: Settings) -> Services:
        """Return the services of another deployment on the same resources."""
        return assemble(
            settings,
            self.client,
            transform=partial(transform, policy=settings.policy),
            clock=lambda: NOW,
        )

    def invoke_directly(self, event: Mapping[str, object]) -> None:
        raise NotImplementedError(event)

    def before(self, operation: str, *actions: Callable[[], object]) -> None:
        """Run one action before each of the next calls of an operation, such as `s3.put_object`."""
        self._interruptions.setdefault(operation, []).extend(actions)

    def upload(
        self, key: str, data: bytes, content_type: str = "image/jpeg", labels: Labels = NO_LABELS
    ) -> dict[str, object]:
        """Store an object and return the record of the event that S3 sends."""
        bucket = self.buckets[UPLOADS]
        bucket.put(key, data, content_type, labels)
        return cast("Any", notification(bucket.changes[-1]))["Records"][0]

    def delete(self, key: str) -> None:
        """Add a delete marker to an upload."""
        self.buckets[UPLOADS].put(key, None)

    def delete_version(self, key: str, version_id: str) -> None:
        """Delete a version of an upload permanently."""
        self.buckets[UPLOADS].delete_version(key, version_id)

    @property
    def variants(self) -> dict[str, bytes]:
        """Content of the processed bucket by key."""
        return self.buckets[PROCESSED].content()

    @property
    def records(self) -> dict[tuple[str, str], Mapping[str, Any]]:
        """All records by image id and version id."""
        return {
            (image, version): {name: _plain(value) for name, value in item.items()}
            for image, versions in self.tables[TABLE].items()
            for version, item in versions.items()
        }

    @property
    def rejections(self) -> list[tuple[str, str]]:
        """Body and reason of each message in the queue of rejected uploads."""
        return [(each.body, each.attributes["reason"]) for each in self.rejected.visible]

    @property
    def dead_reasons(self) -> list[str]:
        """Reason of each message in the dead-letter queue."""
        return [each.attributes["reason"] for each in self.dead_letters.visible]

    @property
    def queued(self) -> list[str]:
        """Bodies of the messages that the function sent itself, including delayed ones."""
        self.engine.run()
        return [message.body for message in self.queue.visible]

    @property
    def deferred(self) -> Sequence[ObjectCreated]:
        """Events in the messages that the function sent itself."""
        events = [each for body in self.queued for each in read_notification(json.loads(body))]
        return [each for each in events if isinstance(each, ObjectCreated)]

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
    """Return a DynamoDB value as in a notification, without decimals."""
    found = TypeDeserializer().deserialize(value)
    return json.loads(json.dumps(found, default=_number))


def _number(value: object) -> int | float:
    assert isinstance(value, Decimal)
    return int(value) if value == int(value) else float(value)
