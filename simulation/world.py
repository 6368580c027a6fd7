"""A whole pipeline in memory: buckets, queues, table, topic, the mapping, and the real handler."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, cast

from handler.images.ports import Transform
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.facts import ImageFacts
from handler.model.record import image_id
from handler.model.versions import version_of_event
from handler.reconciler.settings import read_run_overrides
from handler.reconciler.summary import Summary
from handler.reconciler.sweep import reconcile
from simulation.aws.clients import Caller, make_clients
from simulation.aws.events import bridged, notification
from simulation.aws.queue import Queue
from simulation.aws.services import Table
from simulation.aws.storage import EPOCH, Bucket, Change, Version
from simulation.conditions import (
    DEAD_LETTERS_URL,
    PROCESSED,
    QUEUE_URL,
    REJECTED_URL,
    TABLE,
    UPLOADS,
    Conditions,
    make_settings,
    reconciler_settings,
)
from simulation.engine import Call, Engine, Fate, Judge, Task
from simulation.invocations import invoke, invoke_asynchronously
from simulation.mapping import EventSourceMapping

RECONCILER_SECONDS = 300


class World:
    """A simulated pipeline. Replayable: all random choices come from the seed."""

    def __init__(self, seed: int, conditions: Conditions) -> None:
        self.conditions = conditions
        self.settings = make_settings(conditions)
        self.engine = engine = Engine(seed)
        visibility = 6.0 * conditions.timeout
        self.rejected, self.dead_letters = (
            Queue(engine, self._new_id, visibility_seconds=visibility) for _ in range(2)
        )
        self.queue = Queue(
            engine,
            self._new_id,
            visibility_seconds=visibility,
            max_receive_count=conditions.max_receive_count,
            dead_letters=self.dead_letters,
        )
        self.queues = {
            QUEUE_URL: self.queue,
            REJECTED_URL: self.rejected,
            DEAD_LETTERS_URL: self.dead_letters,
        }
        names = (UPLOADS, PROCESSED)
        self.buckets = {
            name: Bucket(name, self._new_id, lambda: engine.now, versioning=conditions.versioning)
            for name in names
        }
        self.buckets[UPLOADS].on_change = self._send_events
        self.tables: dict[str, Table] = {TABLE: {}}
        self.published: list[Mapping[str, Any]] = []
        self.uploads: dict[tuple[str, str], Version] = {}
        self.summaries: list[Summary] = []
        self.writes = 0
        self.ambiguous: Counter[str] = Counter()
        self.mapping = EventSourceMapping(
            engine, self.queue, self._invoke, self._judge, self._new_id, conditions
        )

    def upload(self, key: str, data: bytes) -> Version:
        """Store a version in the upload bucket."""
        self.writes += 1
        version = self.buckets[UPLOADS].put(key, data, "image/jpeg")
        self.uploads[key, state_id(version)] = version
        return version

    def delete(self, key: str) -> None:
        """Put a delete marker on top of an object."""
        self.writes += 1
        self.buckets[UPLOADS].put(key, None)

    def drain(self) -> None:
        """Run until no event or message is pending."""
        self.engine.run()

    def invoke_directly(self, event: Mapping[str, object]) -> None:
        """Invoke the function asynchronously, as S3 does without a queue."""
        invoke_asynchronously(
            self.engine,
            event,
            self._invoke,
            self._judge,
            timeout=self.conditions.timeout,
            on_failure=self.dead_letters,
        )

    def reconcile(self, judge: Judge, **overrides: object) -> None:
        """Invoke the reconciler now, as its schedule does, with its own judge."""
        settings = reconciler_settings(self.settings)

        def work(task: Task, deadline: float) -> object:
            reconciler = self.conditions.system.assemble_reconciler(
                settings,
                read_run_overrides(overrides, settings),
                make_clients(self, Caller(task)),
                clock=lambda: EPOCH + timedelta(seconds=self.engine.now),
                pause=task.sleep,
            )
            left = Invocation(self.engine, self._new_id(), deadline).get_remaining_time_in_millis
            return reconcile(reconciler, left)

        self.engine.after(
            0,
            lambda: invoke(
                self.engine, judge, work, timeout=RECONCILER_SECONDS, then=self._reconciled
            ),
        )

    def _reconciled(self, results: list[object]) -> None:
        self.summaries += cast("list[Summary]", results)

    def _invoke(
        self, event: Mapping[str, object], task: Task, deadline: float, request_id: str
    ) -> object:
        conditions, system = self.conditions, self.conditions.system
        skew = self.engine.random.uniform(-conditions.clock_skew, conditions.clock_skew)
        services = system.assemble(
            self.settings,
            make_clients(self, Caller(task, system.sdk_attempts)),
            transform=self._transform_in(task),
            clock=lambda: EPOCH + timedelta(seconds=self.engine.now + skew),
        )
        return system.handler(event, Invocation(self.engine, request_id, deadline), services)

    def _judge(self) -> Judge:
        """Return the judge of an invocation; count its ambiguous faults."""
        judge = self.conditions.judge(self.engine)

        def counted(task: Task, call: Call) -> Fate:
            fate = judge(task, call)
            self.ambiguous[call.operation] += fate.has_effect and fate is not Fate.SUCCEEDS
            return fate

        return counted

    def _transform_in(self, task: Task) -> Transform:
        def transform(
            data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
        ) -> Iterator[ImageFacts | Rendition]:
            for made in self.conditions.transform(
                data, variants, max_pixels=max_pixels, background_colour=background_colour
            ):
                task.sleep(self.engine.random.uniform(0, self.conditions.work))
                yield made

        return transform

    def _send_events(self, change: Change) -> None:
        """Send an event once or more, with random delays."""
        conditions, random = self.conditions, self.engine.random
        removed = change.event_name.startswith("ObjectRemoved:")
        if removed and not conditions.propagate_deletes:
            return
        if conditions.lost_events and random.random() < conditions.lost_events:
            return
        event = bridged(change) if conditions.bridged else notification(change)
        copies = 1
        if random.random() < conditions.duplicates:
            copies = random.randint(2, conditions.most_copies)
        for _ in range(copies):
            delay = random.uniform(0, conditions.event_delay)
            if conditions.direct:
                self.engine.after(delay, partial(self.invoke_directly, event))
            else:
                self.engine.after(delay, partial(self.queue.send, json.dumps(event)))

    def _new_id(self) -> str:
        return f"{self.engine.random.getrandbits(64):016x}"


def state_id(version: Version) -> str:
    """Return the version id in records."""
    return version_of_event(version.version_id, version.etag, version.sequencer) or ""


class Invocation:
    """The context object that Lambda passes to the handler."""

    def __init__(self, engine: Engine, request_id: str, deadline: float) -> None:
        self._engine = engine
        self._deadline = deadline
        self.aws_request_id = request_id

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * (self._deadline - self._engine.now))


def rows(world: World) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    """Yield key and version id of each record, and those of its attributes that are texts."""
    prefix = image_id(UPLOADS, "")
    for image, versions in world.tables[TABLE].items():
        if not image.startswith(prefix):
            continue  # the reconciler's state
        for version_id, item in versions.items():
            texts = {name: value.get("S") for name, value in item.items()}
            yield (image.removeprefix(prefix), version_id), texts
