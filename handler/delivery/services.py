"""Services that all processing steps share, and the outcome of an event."""

from dataclasses import dataclass

from handler.config.settings import Settings
from handler.images.ports import Describe, Transform
from handler.ports import (
    Clock,
    Notifier,
    ObjectStore,
    RecordStore,
    Rejections,
    SelfQueue,
)


@dataclass(frozen=True, kw_only=True)
class Services:
    """The settings, and every port of the processor."""

    settings: Settings
    objects: ObjectStore
    record_store: RecordStore
    notifier: Notifier
    rejected_uploads: Rejections
    """For the uploader: the events of uploads that are not acceptable images."""
    dead_letters: Rejections
    """For the operator: events about no upload, which should not reach the function."""
    self_queue: SelfQueue
    transform: Transform
    describe: Describe
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Outcome of an S3 event."""

    status: str
    """A final `Status`, or `duplicate` (done before), `deferred` (another attempt holds the claim;
    the event was sent again with a delay), `refused` (the pipeline's own output), `ignored`
    (nothing to do) or `retry` (returned to the queue)."""
    key: str | None = None
    """None if the event could not be parsed."""
    version_id: str | None = None
    reason: str | None = None
