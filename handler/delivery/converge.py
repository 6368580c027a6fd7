"""Sees to it that the processed bucket ends up with the newest version's variants and no others.

Variants of all versions of an upload have the same keys, and storage takes whatever is put last. So
each attempt, when it has written what it wanted to:

1.  reads the rows of all versions, and then asks storage whether its own is still the newest one;
    if not, it is superseded;
2.  looks in those rows for attempts at other versions that may be alive, or ended with traces. An
    attempt that claims later finds a newer version and writes nothing. If there are any, it leaves
    a reminder, at which the variants are put again when all of them have ended for sure.

A trace is what an attempt may have left in storage that is not the newest version's. Whoever is
superseded and may leave some, its own or those of an attempt before it, leaves its name in its row
and the variants that the row had, so the newest version's attempt finds them, or has found it while
it was at work. They stay until an attempt that found them has put its own variants after it did.

`docs/consistency.md` is the whole argument.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handler.delivery.services import Pipeline
from handler.events.notices import Attempt, ObjectCreated
from handler.model.errors import Rejected, SourceGone
from handler.model.output_keys import output_keys
from handler.model.record import Record, RecordState, Status, image_id
from handler.model.versions import is_same


@dataclass(frozen=True, kw_only=True)
class Found:
    """What an attempt knows of others before it writes anything.

    Attributes:
        before: The row that it claimed; None if there was none.
        ended: Rows of other versions whose attempts have ended with traces.
        follows_living: Whether the attempt that it took over from may be alive.
    """

    before: RecordState | None
    ended: Sequence[RecordState] = ()
    follows_living: bool = False

    @property
    def has_traces(self) -> bool:
        """Whether earlier attempts at the version may have left variants."""
        return self.before is not None and bool(self.before.attempt or self.before.variants)

    @property
    def follows(self) -> bool:
        """Whether the claim was taken over from another attempt."""
        return self.before is not None and self.before.attempt is not None


def look_around(
    record: Record,
    before: RecordState | None,
    source: ObjectCreated,
    attempt: Attempt,
    pipeline: Pipeline,
) -> Found:
    """Return what is known before the first write; see `converge_outputs` for the arguments.

    Only a reminder removes traces, so only then there are rows to read.

    Raises:
        Retryable: If a service failed.
    """
    rows = (
        pipeline.record_store.rows(image_id(record.bucket, record.key)) if source.waited_for else ()
    )
    holder = before and before.status is Status.PROCESSING and before.attempt
    return Found(
        before=before,
        ended=[
            row
            for row in _others(rows, record)
            if row.attempt and row.status not in (Status.PROCESSING, Status.PROCESSED)
        ],
        follows_living=bool(holder)
        and holder != source.waited_for
        and not holder.startswith(attempt.owner),
    )


def converge_outputs(
    record: Record, found: Found, source: ObjectCreated, attempt: Attempt, pipeline: Pipeline
) -> tuple[Record, bool]:
    """Check that a version is still the newest, and clear up after the others.

    Args:
        record: As its attempt would end.
        found: What `look_around` returned before the attempt wrote anything.

    Returns:
        The record as it ends, and whether it does so without traces of this or an earlier attempt.

    Raises:
        Retryable: If a service failed.
    """
    deletes = pipeline.settings.propagate_deletes
    if record.status is Status.SUPERSEDED or (record.status is Status.DELETED and not deletes):
        return record, not found.has_traces
    rows = pipeline.record_store.rows(image_id(record.bucket, record.key))
    others = _others(rows, record)
    if not _is_newest(record, pipeline):
        return _superseded(record), False
    traces = found.follows or any(row.attempt for row in others)
    stale = _stale_keys(record, rows, traces=traces, pipeline=pipeline)
    if stale:
        pipeline.objects.remove(pipeline.settings.processed_bucket, stale)
        if not _is_newest(record, pipeline):
            return _superseded(record), False
    _clear_up(record, others, found, pipeline)
    is_open = any(row.attempt for row in others) or (found.follows and deletes)
    if source.waited_for is None and is_open:
        pipeline.self_queue.defer(
            replace(
                source,
                version_id=record.facts.version_id,
                again=True,
                waited_for=attempt.token,
            )
        )
    return record, not found.follows_living


def _others(rows: Sequence[RecordState], record: Record) -> list[RecordState]:
    return [row for row in rows if row.version_id != record.facts.version_id]


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
    record: Record, others: Sequence[RecordState], found: Found, pipeline: Pipeline
) -> None:
    image = image_id(record.bucket, record.key)
    for row in others:
        if row.status is Status.PROCESSED:
            pipeline.record_store.retire(image, row, Status.SUPERSEDED)
    for row in found.ended:
        pipeline.record_store.forget(image, row)
