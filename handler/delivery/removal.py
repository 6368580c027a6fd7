"""Processing of deleted uploads in stacks that propagate deletes.

Which version an event names does not matter: another one may be the newest by now. So the attempt
reads the records, asks S3 for the newest version, and processes each version again whose record
does not match. `docs/consistency.md` explains why that is sufficient.
"""

from collections.abc import Sequence

from handler.delivery.recorded import process_recorded
from handler.delivery.services import Outcome, Services
from handler.events.s3_events import Attempt, ObjectCreated, ObjectRemoved
from handler.model.errors import SourceGone
from handler.model.record import RecordState, Status, image_id
from handler.model.versions import is_same

_MADE = (Status.PROCESSED, Status.REJECTED)


def follow_removal(removal: ObjectRemoved, attempt: Attempt, services: Services) -> list[Outcome]:
    """Process each version again whose record does not match, or may not match, the bucket.

    Raises:
        Retryable: If a service failed. Processing the event again completes the missing steps.
    """
    bucket, key = removal.bucket, removal.key
    rows = services.record_store.rows(image_id(bucket, key))
    try:
        newest = services.objects.newest(bucket, key).version_id
    except SourceGone:
        newest = None
    current = _version_to_restore(rows, newest) if newest else None
    return [
        process_recorded(
            ObjectCreated(
                bucket=bucket,
                key=key,
                version_id=row.version_id,
                again=newest is None or row is current,
            ),
            attempt,
            services,
        )
        for row in rows
        if row is current or _is_unfinished(row) or (newest is None and _may_have_variants(row))
    ]


def _is_unfinished(row: RecordState) -> bool:
    """Return whether an attempt at a version has not finished.

    It may be an earlier attempt at this same event that died; no other event would finish it.
    """
    return row.status is Status.PROCESSING


def _may_have_variants(row: RecordState) -> bool:
    return row.status is Status.PROCESSED or row.attempt is not None or bool(row.variants)


def _version_to_restore(rows: Sequence[RecordState], newest: str) -> RecordState | None:
    """Return the newest version, unless the bucket certainly has its variants and no others.

    A newer version that is now deleted may have overwritten its variants. Without versioning,
    several rows can be about the same bytes, and processing one of them is enough.
    """
    same = [row for row in rows if is_same(row.version_id, newest)]
    made = next((row for row in same if row.status in _MADE), None)
    if made is None:
        return same[0] if same else None
    return made if any(_may_have_variants(row) for row in rows if row is not made) else None
