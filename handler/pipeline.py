"""What all steps share: the function's means, and how they say what came of a notice."""

from dataclasses import dataclass

from handler.ports import (
    Catalog,
    Clock,
    DeadLetters,
    Describe,
    Develop,
    Notifier,
    ObjectStore,
    Reminders,
)
from handler.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The settings and all that the function may touch."""

    settings: Settings
    objects: ObjectStore
    catalog: Catalog
    notifier: Notifier
    dead_letters: DeadLetters
    reminders: Reminders
    develop: Develop
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
