"""Processing of an upload in a stack without records: the newest version is processed each time.

An event then stands for a key. Whichever version it names, the newest one is read, every key that
a variant can have is written or deleted, and S3 is asked once more: if another version is the
newest by now, that one is processed.

So the bucket ends with the newest version's variants. Consider the last write of any variant's key,
and the attempt that made it. If the attempt succeeded, its version was still the newest after that
write; no newer version can have come later, as the attempt at its event would have written the key
again. If the attempt failed, its event was delivered again, and that attempt wrote the key again.

The cost: a duplicate event renders all variants again, and publishes again with the same id.
"""

import logging
from dataclasses import replace
from datetime import timedelta

from handler.contract import LogEvent
from handler.delivery.converge import is_newest, planned_keys
from handler.delivery.publish import log, outcome_of, publish_outcome
from handler.delivery.record_item import Record
from handler.delivery.render_and_store import render_and_store
from handler.delivery.services import Outcome, Services
from handler.events.s3_events import ObjectCreated
from handler.model.errors import Retryable, SourceGone
from handler.model.facts import NO_VERSION, ObjectFacts
from handler.model.record import Status
from handler.model.versions import is_same

logger = logging.getLogger(__name__)

MAX_PASSES = 3
"""Number of times an upload may be overwritten during processing before its event is retried: each
pass takes as long as a whole image."""


def process_unrecorded(source: ObjectCreated, services: Services) -> Outcome:
    """Store the variants of the newest version, and publish the outcome of the event's version.

    Raises:
        Retryable: If a service failed, or newer versions keep coming.
    """
    for _ in range(MAX_PASSES):
        record = _process_newest(source, services)
        if record is not None:
            record = _outcome_for_event(record, source, services)
            publish_outcome(record, source, services)
            log(record, LogEvent.FINISHED)
            return outcome_of(record, record.status)
        logger.info(LogEvent.OVERTAKEN, extra={"key": source.key})
    raise Retryable(f"{source.key} was overwritten {MAX_PASSES} times during processing")


def _process_newest(source: ObjectCreated, services: Services) -> Record | None:
    """Return the record of the newest version; None if it is no longer the newest."""
    started = services.clock()
    try:
        facts = services.objects.newest(source.bucket, source.key)
    except SourceGone:
        return _record(source, _facts_of(source), Status.DELETED, services)
    record = _record(source, facts, Status.PROCESSING, services)
    record = render_and_store(record, {}, services)
    if record.status in (Status.SUPERSEDED, Status.DELETED):
        return None
    stale = planned_keys(record, services) - {stored.key for stored in record.variants}
    if stale:
        services.objects.remove(services.settings.processed_bucket, sorted(stale))
    if not is_newest(record, services):
        return None
    finished = services.clock()
    duration_ms = (finished - started) // timedelta(milliseconds=1)
    return replace(record, processed_at=finished, duration_ms=duration_ms)


def _outcome_for_event(record: Record, source: ObjectCreated, services: Services) -> Record:
    """Return the record of the version that the event names; the newest has its own event."""
    if source.version_id is None:
        return record
    if is_same(source.version_id, record.facts.version_id):
        facts = replace(record.facts, version_id=source.version_id)
        return replace(record, facts=facts, uploaded_at=source.event_time or record.uploaded_at)
    return _record(source, _facts_of(source), Status.SUPERSEDED, services)


def _facts_of(source: ObjectCreated) -> ObjectFacts:
    return ObjectFacts(version_id=source.version_id or NO_VERSION, size_bytes=source.size_bytes)


def _record(
    source: ObjectCreated, facts: ObjectFacts, status: Status, services: Services
) -> Record:
    return Record(
        bucket=source.bucket,
        key=source.key,
        facts=facts,
        status=status,
        recipe=services.settings.recipe,
        limits=services.settings.limits,
        uploaded_at=facts.last_modified or source.event_time,
    )
