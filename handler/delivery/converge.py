"""Converge the processed bucket on the newest version's variants.

Variants of all versions of an upload have the same keys, and the last write wins. So each attempt,
after its writes:

1.  reads the rows of all versions, and then asks S3 whether its own version is still the newest;
    if not, it is superseded;
2.  looks in those rows for attempts at other versions that may be running or have left traces. An
    attempt that claims later finds a newer version and writes nothing. If there are any, it sends a
    deferred message, at which the variants are written again after all of them have ended.

A trace is an object in the processed bucket that an attempt may have left and that does not belong
to the newest version. An attempt superseded after writing keeps its token and the row's variants in
its record, so that the attempt at the newest version finds them. They stay in the record until an
attempt that has read them has written its own variants afterwards.

`docs/consistency.md` has the full argument.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handler.delivery.output_keys import output_keys
from handler.delivery.record_item import Record
from handler.delivery.services import Services
from handler.events.s3_events import Attempt, ObjectCreated
from handler.model.errors import Rejected, SourceGone
from handler.model.record import RecordState, Status, image_id
from handler.model.versions import is_same


@dataclass(frozen=True, kw_only=True)
class PriorAttempts:
    """Earlier attempts at an upload, as read before the first write."""

    before: RecordState | None
    """The record before the claim; None if there was none."""
    ended: Sequence[RecordState] = ()
    """Records of other versions whose attempts have ended and left traces."""
    predecessor_may_be_running: bool = False
    """Whether the attempt whose claim was taken over may be running."""

    @property
    def has_traces(self) -> bool:
        """Whether earlier attempts at the version may have left variants."""
        return self.before is not None and bool(self.before.attempt or self.before.variants)

    @property
    def follows(self) -> bool:
        """Whether the claim was taken over from an earlier attempt."""
        return self.before is not None and self.before.attempt is not None


def read_prior_attempts(
    record: Record,
    before: RecordState | None,
    source: ObjectCreated,
    attempt: Attempt,
    services: Services,
) -> PriorAttempts:
    """Return the earlier attempts at an upload, before the first write of this one.

    Only a deferred message clears traces, so rows of other versions are read for those only.

    Raises:
        Retryable: If a service failed.
    """
    rows = (
        services.record_store.rows(image_id(record.bucket, record.key)) if source.waited_for else ()
    )
    holder = before and before.status is Status.PROCESSING and before.attempt
    return PriorAttempts(
        before=before,
        ended=[
            row
            for row in _others(rows, record)
            if row.attempt and row.status not in (Status.PROCESSING, Status.PROCESSED)
        ],
        predecessor_may_be_running=bool(holder)
        and holder != source.waited_for
        and not holder.startswith(attempt.owner),
    )


def converge_outputs(
    record: Record,
    prior: PriorAttempts,
    source: ObjectCreated,
    attempt: Attempt,
    services: Services,
) -> tuple[Record, bool]:
    """Check that a version is still the newest, and delete stale variants of other versions.

    Args:
        record: The record after rendering.
        prior: The result of `read_prior_attempts`, from before the first write.

    Returns:
        The final record, and whether no traces of this or an earlier attempt can be left.

    Raises:
        Retryable: If a service failed.
    """
    deletes = services.settings.propagate_deletes
    if record.status is Status.SUPERSEDED or (record.status is Status.DELETED and not deletes):
        return record, not prior.has_traces
    rows = services.record_store.rows(image_id(record.bucket, record.key))
    others = _others(rows, record)
    if not is_newest(record, services):
        return _superseded(record), False
    traces = prior.follows or any(row.attempt for row in others)
    stale = _stale_keys(record, rows, traces=traces, services=services)
    if stale:
        services.objects.remove(services.settings.processed_bucket, stale)
        if not is_newest(record, services):
            return _superseded(record), False
    _clear_up(record, others, prior, services)
    is_open = any(row.attempt for row in others) or (prior.follows and deletes)
    if source.waited_for is None and is_open:
        services.self_queue.defer(
            replace(
                source,
                version_id=record.facts.version_id,
                again=True,
                was_rejected=False,  # this attempt publishes the outcome itself
                waited_for=attempt.token,
            )
        )
    return record, not prior.predecessor_may_be_running


def _others(rows: Sequence[RecordState], record: Record) -> list[RecordState]:
    return [row for row in rows if row.version_id != record.facts.version_id]


def is_newest(record: Record, services: Services) -> bool:
    """Return whether a version is still the newest; if it is deleted, whether none is left."""
    try:
        newest = services.objects.newest(record.bucket, record.key)
    except SourceGone:
        return record.status is Status.DELETED
    still = is_same(newest.version_id, record.facts.version_id)
    return record.status is not Status.DELETED and still


def _superseded(record: Record) -> Record:
    return replace(record, status=Status.SUPERSEDED, variants=(), rejection=None)


def _stale_keys(
    record: Record, rows: Sequence[RecordState], *, traces: bool, services: Services
) -> list[str]:
    """Return keys of variants that may exist and do not belong to this record."""
    # Under an earlier layout, variants may have had keys that now belong to uploads.
    prefix = services.settings.processed_prefix
    keys = {key for row in rows for key in row.variants if key.startswith(prefix)}
    if traces:
        keys |= planned_keys(record, services)
    return sorted(keys - {stored.key for stored in record.variants})


def planned_keys(record: Record, services: Services) -> set[str]:
    """Return the keys of all variants that an upload can have."""
    try:
        return set(output_keys(record.key, services.settings))
    except Rejected:
        return set()  # nothing was ever written for such a key


def _clear_up(
    record: Record, others: Sequence[RecordState], prior: PriorAttempts, services: Services
) -> None:
    image = image_id(record.bucket, record.key)
    for row in others:
        if row.status is Status.PROCESSED:
            services.record_store.supersede(image, row)
    for row in prior.ended:
        services.record_store.clear_attempt(image, row)
