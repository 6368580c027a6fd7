"""What happens to an upload, step by step, over ports.

A death between any two steps is repaired by the retry: up to the mark, every step can be repeated
and then does the same. What can be repeated visibly is the notification, and then its id is the
same; and a copy in the dead-letter queue.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from handler.errors import Reason, Rejected, SourceGone
from handler.events import Notice, SourceObject, Unreadable
from handler.images import SourceImage, decode
from handler.keys import output_key
from handler.limits import check_source_bytes
from handler.ports import Catalog, Clock, DeadLetters, Notifier, ObjectFacts, ObjectStore
from handler.record import Record, Status, StoredVariant, item, notification
from handler.render import render
from handler.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How the handling of a notice ended.

    Attributes:
        status: A final `Status`, or `duplicate` (done before), `refused` (the pipeline's own
            output) or `retry` (handed back).
        key: None if it could not be read.
    """

    status: str
    key: str | None = None
    version_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The settings and all that the function may touch."""

    settings: Settings
    objects: ObjectStore
    catalog: Catalog
    notifier: Notifier
    dead_letters: DeadLetters
    clock: Clock


def process(notice: Notice, pipeline: Pipeline) -> Outcome:
    """Handle one notice to its end.

    Raises:
        Retryable: If a service failed. Handling the notice again completes what is missing.
    """
    match notice:
        case Unreadable(body=body, rejection=rejection):
            return _turn_away(body, rejection, pipeline)
        case SourceObject(bucket=pipeline.settings.processed_bucket):
            logger.error("refused-own-output", extra={"key": notice.key})
            return Outcome(status="refused", key=notice.key, version_id=notice.version_id)
        case SourceObject(bucket=pipeline.settings.upload_bucket):
            return _process_upload(notice, pipeline)
        case SourceObject():
            rejection = Rejected(
                Reason.WRONG_BUCKET,
                f"the event is of bucket {notice.bucket}, "
                f"only those of {pipeline.settings.upload_bucket} are handled",
            )
            return _turn_away(notice.notification, rejection, pipeline, source=notice)


def _turn_away(
    body: str, rejection: Rejected, pipeline: Pipeline, source: SourceObject | None = None
) -> Outcome:
    """Reject what is no upload of ours: there is nothing to record."""
    pipeline.dead_letters.forward(body, rejection)
    logger.warning(
        "turned-away",
        extra={
            "key": source and source.key,
            "reason": rejection.reason.value,
            "detail": rejection.detail,
        },
    )
    return Outcome(
        status=Status.REJECTED,
        key=source and source.key,
        version_id=source and source.version_id,
        reason=rejection.reason,
    )


def _process_upload(source: SourceObject, pipeline: Pipeline) -> Outcome:
    facts = _identify(source, pipeline.objects)
    record = Record(
        bucket=source.bucket,
        key=source.key,
        facts=facts,
        status=Status.PROCESSING,
        recipe=pipeline.settings.recipe,
        uploaded_at=source.event_time or facts.last_modified,
    )
    if not pipeline.catalog.claim(item(record)):
        logger.info("duplicate", extra={"key": source.key, "version_id": facts.version_id})
        return Outcome(status="duplicate", key=source.key, version_id=facts.version_id)
    started = pipeline.clock()
    record = _work(record, pipeline)
    finished = pipeline.clock()
    duration_ms = (finished - started) // timedelta(milliseconds=1)
    record = replace(record, processed_at=finished, duration_ms=duration_ms)
    _conclude(record, source, pipeline)
    return _outcome(record)


def _identify(source: SourceObject, objects: ObjectStore) -> ObjectFacts:
    """Return what is known of the version to process; if the event names none, the current one."""
    known = ObjectFacts(version_id=source.version_id, size_bytes=source.size_bytes)
    if source.version_id is not None:
        return known
    try:
        return objects.head(source.bucket, source.key)
    except SourceGone:
        return known  # reading it will find the same, when the upload is claimed


def _work(record: Record, pipeline: Pipeline) -> Record:
    """Make and store all variants; return the record with a final status and all that is known."""
    settings = pipeline.settings
    try:
        keys = [output_key(record.key, variant) for variant in settings.variants]
        if record.facts.size_bytes is not None:
            check_source_bytes(record.facts.size_bytes, settings.max_source_bytes)
        stored = pipeline.objects.get(
            record.bucket, record.key, record.facts.version_id, settings.max_source_bytes
        )
        record = replace(
            record,
            # The version stays as it was claimed, so that the mark meets the claim.
            facts=replace(stored.facts, version_id=record.facts.version_id),
            uploaded_at=record.uploaded_at or stored.facts.last_modified,
        )
        image = decode(stored.data, settings.max_source_pixels)
        record = replace(record, image=image)
        variants = tuple(_store_variants(image, keys, pipeline))
        return replace(record, status=Status.PROCESSED, variants=variants)
    except Rejected as rejection:
        return replace(record, status=Status.REJECTED, rejection=rejection)
    except SourceGone:
        return replace(record, status=Status.DELETED)


def _store_variants(
    image: SourceImage, keys: list[str], pipeline: Pipeline
) -> Iterator[StoredVariant]:
    """Make and store one variant after the other, so that only one is in memory."""
    settings = pipeline.settings
    for variant, key in zip(settings.variants, keys, strict=True):
        made = render(image.pixels, variant, settings.background_colour)
        pipeline.objects.put(settings.processed_bucket, key, made.data, variant.format.content_type)
        yield StoredVariant(
            variant=variant,
            key=key,
            size_bytes=len(made.data),
            width=made.width,
            height=made.height,
        )


def _conclude(record: Record, source: SourceObject, pipeline: Pipeline) -> None:
    """Tell everybody, then mark the upload as done: whatever comes before the mark is retried."""
    if record.rejection is not None:
        pipeline.dead_letters.forward(source.notification, record.rejection)
    pipeline.notifier.publish(notification(record))
    marked = pipeline.catalog.mark(item(record))
    logger.info(
        "finished" if marked else "finished-elsewhere",
        extra={
            "key": record.key,
            "version_id": record.facts.version_id,
            "status": record.status.value,
            "reason": record.rejection and record.rejection.reason.value,
            "detail": record.rejection and record.rejection.detail,
            "duration_ms": record.duration_ms,
        },
    )


def _outcome(record: Record) -> Outcome:
    return Outcome(
        status=record.status,
        key=record.key,
        version_id=record.facts.version_id,
        reason=record.rejection and record.rejection.reason,
    )
