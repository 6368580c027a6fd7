"""What happens to an upload where nothing is recorded: the newest version is made, whoever asks.

An event is then about a key. Whatever version it names, the newest one is read, every key that a
variant could have is written or removed, and storage is asked once more: if another version is the
newest by now, that one is made.

So the bucket ends with the newest version's variants. Look at the last write of any variant's key,
and at the attempt that it was of. If the attempt ended well, its version was still the newest after
that write; no newer one can have come later, as the attempt at its event would have written the key
again. If the attempt did not end well, its event was delivered again, and that wrote the key again.

What it costs: a duplicate makes everything again, and tells it again with the same id.
"""

import logging
from dataclasses import replace
from datetime import timedelta

from handler.contract import LogEvent
from handler.delivery.converge import planned_keys
from handler.delivery.publish import log, outcome_of, tell
from handler.delivery.render_and_store import render_and_store
from handler.delivery.services import Outcome, Pipeline
from handler.events.notices import ObjectCreated
from handler.model.errors import Retryable, SourceGone
from handler.model.facts import NO_VERSION, ObjectFacts
from handler.model.record import Record, Status
from handler.model.versions import is_same

logger = logging.getLogger(__name__)

MAX_PASSES = 3
"""How often an upload may be overwritten while it is worked on, until its event has to come again:
each pass takes as long as an image does."""


def process_unrecorded(source: ObjectCreated, pipeline: Pipeline) -> Outcome:
    """Bring what is stored of an upload to its newest version, and tell how the event's one ended.

    Raises:
        Retryable: If a service failed, or newer versions keep coming.
    """
    for _ in range(MAX_PASSES):
        record = _make_newest(source, pipeline)
        if record is not None:
            record = _of_event(record, source, pipeline)
            tell(record, source, pipeline)
            log(record, LogEvent.FINISHED)
            return outcome_of(record, record.status)
        logger.info(LogEvent.OVERTAKEN, extra={"key": source.key})
    raise Retryable(f"{source.key} was overwritten {MAX_PASSES} times while it was worked on")


def _make_newest(source: ObjectCreated, pipeline: Pipeline) -> Record | None:
    """Return how the newest version ended; None if it is not the newest any more."""
    started = pipeline.clock()
    try:
        facts = pipeline.objects.newest(source.bucket, source.key)
    except SourceGone:
        return _record(source, _facts_of(source), Status.DELETED, pipeline)
    record = _record(source, facts, Status.PROCESSING, pipeline)
    record = render_and_store(record, {}, pipeline)
    if record.status in (Status.SUPERSEDED, Status.DELETED):
        return None
    stale = planned_keys(record, pipeline) - {stored.key for stored in record.variants}
    if stale:
        pipeline.objects.remove(pipeline.settings.processed_bucket, sorted(stale))
    if not _is_still_newest(record, pipeline):
        return None
    finished = pipeline.clock()
    duration_ms = (finished - started) // timedelta(milliseconds=1)
    return replace(record, processed_at=finished, duration_ms=duration_ms)


def _is_still_newest(record: Record, pipeline: Pipeline) -> bool:
    try:
        newest = pipeline.objects.newest(record.bucket, record.key)
    except SourceGone:
        return False
    return is_same(newest.version_id, record.facts.version_id)


def _of_event(record: Record, source: ObjectCreated, pipeline: Pipeline) -> Record:
    """Return how the version that the event names ended: the newest one has an event of its own."""
    if source.version_id is None:
        return record
    if is_same(source.version_id, record.facts.version_id):
        facts = replace(record.facts, version_id=source.version_id)
        return replace(record, facts=facts, uploaded_at=source.event_time or record.uploaded_at)
    return _record(source, _facts_of(source), Status.SUPERSEDED, pipeline)


def _facts_of(source: ObjectCreated) -> ObjectFacts:
    return ObjectFacts(version_id=source.version_id or NO_VERSION, size_bytes=source.size_bytes)


def _record(
    source: ObjectCreated, facts: ObjectFacts, status: Status, pipeline: Pipeline
) -> Record:
    return Record(
        bucket=source.bucket,
        key=source.key,
        facts=facts,
        status=status,
        recipe=pipeline.settings.recipe,
        limits=pipeline.settings.limits,
        uploaded_at=facts.last_modified or source.event_time,
    )
