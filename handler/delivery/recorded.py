"""What happens to one version of an upload, step by step, over ports.

Claim, read, put the variants, settle, tell, mark. A death between any two steps is repaired by the
next delivery: up to the mark every step can be repeated and then does the same. What is repeated
visibly is a message, with the same id, and only if the death came between telling and marking.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from handler.contract import LogEvent
from handler.delivery.converge import converge_outputs, look_around
from handler.delivery.publish import log, outcome_of, tell
from handler.delivery.render_and_store import Kept, render_and_store
from handler.delivery.services import Outcome, Pipeline
from handler.events.notices import Attempt, ObjectCreated
from handler.model.errors import SourceGone
from handler.model.facts import NO_VERSION, ObjectFacts
from handler.model.record import Record, RecordState, Status, item
from handler.model.versions import is_unnamed, is_unversioned
from handler.ports import Claim

logger = logging.getLogger(__name__)

MAX_DEFERRALS = 5
"""How often a message waits for attempts of others at its version, as often as it may fail."""


def process_recorded(source: ObjectCreated, attempt: Attempt, pipeline: Pipeline) -> Outcome:
    """Bring a version to its final record, unless it has one or another attempt is at it.

    Raises:
        Retryable: If a service failed.
    """
    record = _begin(source, pipeline)
    claim = _claim(record, source, attempt, pipeline)
    if not claim.won:
        return _yield_to(claim, source, record, pipeline)
    if pipeline.settings.queue_url is None and claim.before is not None:
        # Lambda has waited, as it does before it delivers an event again.
        source = replace(source, waited_for=source.waited_for or claim.before.attempt)
    found = look_around(record, claim.before, source, attempt, pipeline)
    started = pipeline.clock()
    kept: Kept = {} if source.again or claim.before is None else claim.before.variants
    record = render_and_store(record, kept, pipeline)
    finished = pipeline.clock()
    duration_ms = (finished - started) // timedelta(milliseconds=1)
    record = replace(record, processed_at=finished, duration_ms=duration_ms)
    record, settled = converge_outputs(record, found, source, attempt, pipeline)
    if not _is_told(record, claim.before):
        tell(record, source, pipeline)
    marked = pipeline.record_store.mark(item(record), attempt, settled=settled)
    log(record, LogEvent.FINISHED if marked else LogEvent.FINISHED_ELSEWHERE)
    return outcome_of(record, record.status)


def _begin(source: ObjectCreated, pipeline: Pipeline) -> Record:
    """Return what is known beforehand; the newest version is meant if the event names none."""
    named = source.version_id or NO_VERSION
    facts = ObjectFacts(version_id=named, size_bytes=source.size_bytes)
    if is_unversioned(named):
        with suppress(SourceGone):  # reading it will find the same, when the upload is claimed
            newest = pipeline.objects.newest(source.bucket, source.key)
            is_meant = is_unnamed(named, newest.version_id, newest.etag)
            facts = newest if source.version_id is None or is_meant else facts
    return Record(
        bucket=source.bucket,
        key=source.key,
        facts=facts,
        status=Status.PROCESSING,
        recipe=pipeline.settings.recipe,
        limits=pipeline.settings.limits,
        uploaded_at=source.event_time or facts.last_modified,
    )


def _claim(record: Record, source: ObjectCreated, attempt: Attempt, pipeline: Pipeline) -> Claim:
    record_store, claimed = pipeline.record_store, item(record)
    claim = record_store.claim(claimed, attempt, waited_for=source.waited_for, again=source.again)
    if claim.won or claim.before is None or source.deferrals < MAX_DEFERRALS:
        return claim
    # Two messages whose attempts all fail would wait for each other for ever.
    return record_store.claim(claimed, attempt, waited_for=claim.before.attempt, again=source.again)


def _yield_to(claim: Claim, source: ObjectCreated, record: Record, pipeline: Pipeline) -> Outcome:
    """Leave a version to whoever has it.

    A duplicate in flight must neither work on it too, as then everybody would be told twice, nor
    trust the other attempt to live. So a reminder comes when the other one has ended for sure.
    """
    before = claim.before
    if before is None or before.status is not Status.PROCESSING:
        logger.info(
            LogEvent.DUPLICATE, extra={"key": record.key, "version_id": record.facts.version_id}
        )
        return outcome_of(record, "duplicate")
    pipeline.self_queue.defer(
        replace(
            source,
            version_id=record.facts.version_id,
            waited_for=before.attempt,
            deferrals=source.deferrals + 1,
        )
    )
    logger.info(LogEvent.DEFERRED, extra={"key": record.key, "version_id": record.facts.version_id})
    return outcome_of(record, "deferred")


def _is_told(record: Record, before: RecordState | None) -> bool:
    """Say whether subscribers know how the version ended: each is told of once."""
    if before is None or before.status is Status.PROCESSING:
        return False
    if record.status is Status.REJECTED and before.limits != record.limits:
        return False  # a dead letter that was sent back has to be there again
    same = before.status is record.status and before.recipe == record.recipe
    return same or record.status is Status.SUPERSEDED
