"""Sees to it that the processed bucket ends up with the newest version's variants and no others.

Variants of all versions of an upload have the same keys, and storage takes whatever is put last. So
each attempt, when it has written what it wanted to:

1.  asks storage whether its version is still the newest one, and if not, is superseded;
2.  looks for attempts at other versions that may be alive, or ended with traces: those in the rows
    that it read before it asked. An attempt that claims later finds a newer version and writes
    nothing. If there are any, it leaves a reminder, at which the variants are put again when all of
    them have ended for sure.

Whoever is superseded after it wrote leaves its name in its row, so the newest version's attempt
finds it, or has found it while it was at work.
"""

from collections.abc import Sequence
from dataclasses import replace

from handler.delivery.output_keys import output_keys
from handler.delivery.record_item import Record
from handler.delivery.services import Pipeline
from handler.events.notices import Attempt, ObjectCreated
from handler.model.errors import Rejected, SourceGone
from handler.model.record import RecordState, Status, image_id
from handler.model.versions import is_same


def converge_outputs(
    record: Record,
    before: RecordState | None,
    source: ObjectCreated,
    attempt: Attempt,
    pipeline: Pipeline,
) -> tuple[Record, bool]:
    """Check that a version is still the newest, and clear up after the others.

    Args:
        record: As its attempt would end.
        before: The row that the attempt claimed.

    Returns:
        The record as it ends, and whether it does so without traces of this or an earlier attempt.

    Raises:
        Retryable: If a service failed.
    """
    followed = before is not None and before.attempt not in (None, attempt.token)
    deletes = pipeline.settings.propagate_deletes
    if record.status is Status.SUPERSEDED or (record.status is Status.DELETED and not deletes):
        return record, not followed
    rows = pipeline.record_store.rows(image_id(record.bucket, record.key))
    others = [row for row in rows if row.version_id != record.facts.version_id]
    if not _is_newest(record, pipeline):
        return _superseded(record), False
    traces = followed or any(row.attempt for row in others)
    stale = _stale_keys(record, rows, traces=traces, pipeline=pipeline)
    if stale:
        pipeline.objects.remove(pipeline.settings.processed_bucket, stale)
        if not _is_newest(record, pipeline):
            return _superseded(record), False
    _clear_up(record, others, source, pipeline)
    if source.waited_for is None and (any(row.attempt for row in others) or (followed and deletes)):
        pipeline.self_queue.defer(
            replace(
                source,
                version_id=record.facts.version_id,
                again=True,
                waited_for=attempt.token,
            )
        )
    return record, True


def _is_newest(record: Record, pipeline: Pipeline) -> bool:
    try:
        newest = pipeline.objects.newest(record.bucket, record.key)
    except SourceGone:
        return record.status is Status.DELETED
    still = is_same(newest.version_id, record.facts.version_id)
    return record.status is not Status.DELETED and still


def _superseded(record: Record) -> Record:
    return replace(record, status=Status.SUPERSEDED, variants=(), rejection=None)


def _stale_keys(
    record: Record, rows: Sequence[RecordState], *, traces: bool, pipeline: Pipeline
) -> list[str]:
    """Return the keys of variants that may exist and are not this record's."""
    # Before the layout changed, variants may have had keys that are now those of uploads.
    prefix = pipeline.settings.processed_prefix
    keys = {key for row in rows for key in row.variants if key.startswith(prefix)}
    if traces:
        keys |= planned_keys(record, pipeline)
    return sorted(keys - {stored.key for stored in record.variants})


def planned_keys(record: Record, pipeline: Pipeline) -> set[str]:
    """Return the keys of all variants that could be made of an upload."""
    try:
        return set(output_keys(record.key, pipeline.settings))
    except Rejected:
        return set()  # then nothing was ever put


def _clear_up(
    record: Record, others: Sequence[RecordState], source: ObjectCreated, pipeline: Pipeline
) -> None:
    image = image_id(record.bucket, record.key)
    for row in others:
        if row.status is Status.PROCESSED:
            pipeline.record_store.retire(image, row, Status.SUPERSEDED)
        elif row.status is not Status.PROCESSING and row.attempt and source.waited_for:
            pipeline.record_store.forget(image, row)
