"""Processing of one version of an upload, step by step, in a stack with records.

Claim, read, write the variants, converge the outputs, publish, finalize. A crash between any two
steps is repaired by the next delivery: up to `finalize` every step is idempotent. Only a crash
between publishing and finalizing is visible, as a repeated notification with the same id.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from handler.contract import LogEvent
from handler.delivery.converge import converge_outputs, read_prior_attempts
from handler.delivery.publish import log, outcome_of, publish_outcome
from handler.delivery.record_item import Record, to_item
from handler.delivery.render_and_store import Kept, render_and_store
from handler.delivery.services import Outcome, Services
from handler.events.s3_events import Attempt, ObjectCreated
from handler.model.errors import SourceGone
from handler.model.facts import NO_VERSION, ObjectFacts
from handler.model.record import RecordState, Status
from handler.model.versions import is_unnamed, is_unversioned
from handler.ports import Claim

logger = logging.getLogger(__name__)

MAX_DEFERRALS = 5
"""Number of times a message is deferred while another attempt holds the claim of its version."""


def process_recorded(source: ObjectCreated, attempt: Attempt, services: Services) -> Outcome:
    """Bring a version to its final record, unless it has one or another attempt holds its claim.

    Raises:
        Retryable: If a service failed.
    """
    record = _begin(source, services)
    claim = _claim(record, source, attempt, services)
    if not claim.won:
        return _skip_or_defer(claim, source, record, services)
    if services.settings.queue_url is None and claim.before is not None:
        # Lambda has waited before this retry, so the earlier attempt has ended.
        source = replace(source, waited_for=source.waited_for or claim.before.attempt)
    prior = read_prior_attempts(record, claim.before, source, attempt, services)
    started = services.clock()
    kept: Kept = {} if source.again or claim.before is None else claim.before.variants
    record = render_and_store(record, kept, services)
    finished = services.clock()
    duration_ms = (finished - started) // timedelta(milliseconds=1)
    record = replace(record, processed_at=finished, duration_ms=duration_ms)
    record, converged = converge_outputs(record, prior, source, attempt, services)
    if source.was_rejected or not _was_published(record, claim.before):
        publish_outcome(record, source, services)
    marked = services.record_store.finalize(to_item(record), attempt, converged=converged)
    log(record, LogEvent.FINISHED if marked else LogEvent.FINISHED_ELSEWHERE)
    return outcome_of(record, record.status)


def _begin(source: ObjectCreated, services: Services) -> Record:
    """Return the record before the claim, for the newest version if the event names none."""
    named = source.version_id or NO_VERSION
    facts = ObjectFacts(version_id=named, size_bytes=source.size_bytes)
    if is_unversioned(named):
        with suppress(SourceGone):  # the read after the claim raises it again
            newest = services.objects.newest(source.bucket, source.key)
            is_meant = is_unnamed(named, newest.version_id, newest.etag)
            facts = newest if source.version_id is None or is_meant else facts
    return Record(
        bucket=source.bucket,
        key=source.key,
        facts=facts,
        status=Status.PROCESSING,
        recipe=services.settings.recipe,
        limits=services.settings.limits,
        uploaded_at=source.event_time or facts.last_modified,
    )


def _claim(record: Record, source: ObjectCreated, attempt: Attempt, services: Services) -> Claim:
    record_store, claimed = services.record_store, to_item(record)
    claim = record_store.claim(claimed, attempt, waited_for=source.waited_for, again=source.again)
    if _was_rejected_while_archived(claim, source):
        return record_store.claim(claimed, attempt, waited_for=source.waited_for, again=True)
    if claim.won or claim.before is None or source.deferrals < MAX_DEFERRALS:
        return claim
    # Two messages whose attempts all fail would be deferred for each other endlessly.
    return record_store.claim(claimed, attempt, waited_for=claim.before.attempt, again=source.again)


def _was_rejected_while_archived(claim: Claim, source: ObjectCreated) -> bool:
    before = claim.before
    is_rejected = before is not None and before.status is Status.REJECTED
    return not claim.won and source.was_restored and is_rejected


def _skip_or_defer(
    claim: Claim, source: ObjectCreated, record: Record, services: Services
) -> Outcome:
    """Skip a version that is final, or defer its event while another attempt holds the claim.

    A duplicate in flight must neither process the version too, which would publish it twice, nor
    rely on the other attempt to finish. So it sends itself a message that is delivered after the
    other attempt has ended.
    """
    before = claim.before
    if before is None or before.status is not Status.PROCESSING:
        logger.info(
            LogEvent.DUPLICATE, extra={"key": record.key, "version_id": record.facts.version_id}
        )
        return outcome_of(record, "duplicate")
    services.self_queue.defer(
        replace(
            source,
            version_id=record.facts.version_id,
            waited_for=before.attempt,
            deferrals=source.deferrals + 1,
        )
    )
    logger.info(LogEvent.DEFERRED, extra={"key": record.key, "version_id": record.facts.version_id})
    return outcome_of(record, "deferred")


def _was_published(record: Record, before: RecordState | None) -> bool:
    """Return whether this outcome of the version has been published before."""
    if before is None or before.status is Status.PROCESSING:
        return False
    if record.status is Status.REJECTED and before.limits != record.limits:
        return False  # a redriven event must reach the rejected uploads again
    same = before.status is record.status and before.recipe == record.recipe
    return same or record.status is Status.SUPERSEDED
