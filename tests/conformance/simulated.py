"""The simulated AWS as an implementation for the conformance tests."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from simulation.aws.clients import make_clients
from simulation.aws.events import notification
from simulation.aws.queue import Message, Queue
from simulation.aws.services import Table
from simulation.aws.storage import Bucket
from simulation.engine import Engine
from tests.conformance.both import LONG_SECONDS, WAIT_SECONDS, Received


class Simulated:
    """`Aws` in memory, in virtual time. Batch calls are sometimes processed in part."""

    versioned, unversioned, table, topic = "versioned", "unversioned", "table", "topic"

    def __init__(self) -> None:
        self.engine = Engine(seed=1)
        self.random = Random(1)  # noqa: S311 - names, no secrets
        self.buckets = {
            name: Bucket(name, self._id, lambda: self.engine.now, versioning=name == self.versioned)
            for name in (self.versioned, self.unversioned)
        }
        self.queues: dict[str, Queue] = {}
        self.tables: dict[str, Table] = {self.table: {}}
        self.published: list[Mapping[str, Any]] = []
        self.client = make_clients(self, lambda _operation, _subject, effect: effect())

    def invoke_directly(self, event: Mapping[str, object]) -> None:
        raise NotImplementedError(event)

    def make_queue(self, *, visibility_seconds: int = LONG_SECONDS) -> str:
        return self._add(Queue(self.engine, self._id, visibility_seconds=visibility_seconds))

    def make_queues(self, *, max_receive_count: int) -> tuple[str, str]:
        dead_letters = self.make_queue()
        queue = Queue(
            self.engine,
            self._id,
            visibility_seconds=0,
            max_receive_count=max_receive_count,
            dead_letters=self.queues[dead_letters],
        )
        return self._add(queue), dead_letters

    def receive(self, queue: str, *, wait: bool) -> Sequence[Received]:
        self.engine.run(until=self.engine.now + (WAIT_SECONDS if wait else 0))
        return [_received(message) for message in self.queues[queue].receive(10)]

    def delete(self, queue: str, message: Received) -> None:
        self.queues[queue].delete(message.handle)

    def notified(self) -> Sequence[Mapping[str, Any]]:
        return self.published

    def events(self) -> Sequence[Mapping[str, Any]]:
        changes = [change for bucket in self.buckets.values() for change in bucket.changes]
        found: Any = [notification(change) for change in changes]
        return [record for each in found for record in each["Records"]]

    def _add(self, queue: Queue) -> str:
        url = self._id()
        self.queues[url] = queue
        return url

    def _id(self) -> str:
        return f"{self.random.getrandbits(64):016x}"


def _received(message: Message) -> Received:
    return Received(
        body=message.body,
        attributes=message.attributes,
        receive_count=message.receive_count,
        handle=message,
    )
