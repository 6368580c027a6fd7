"""What all steps share: the function's means, and how they say what came of a notice."""

from dataclasses import dataclass

from handler.config.settings import Settings
from handler.ports import (
    Clock,
    DeadLetters,
    Describe,
    Notifier,
    ObjectStore,
    RecordStore,
    SelfQueue,
    Transform,
)


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The settings and all that the function may touch."""

    settings: Settings
    objects: ObjectStore
    record_store: RecordStore
    notifier: Notifier
    dead_letters: DeadLetters
    self_queue: SelfQueue
    transform: Transform
    describe: Describe
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How the handling of a notice ended.

    Attributes:
        status: A final `Status`, or `duplicate` (done before), `deferred` (another attempt is at
            it, a reminder was sent), `refused` (the pipeline's own output), `ignored` (nothing to
            do) or `retry` (handed back).
        key: None if it could not be read.
    """

    status: str
    key: str | None = None
    version_id: str | None = None
    reason: str | None = None
