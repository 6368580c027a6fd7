"""Follows removals: what they leave of an upload, and of its variants, only storage knows.

What an event says was removed does not matter: by now something else may be the newest. So its
attempt reads the records, asks storage what is the newest, and handles each version again of which
something is left to do. `docs/consistency.md` says why that is enough.
"""

from collections.abc import Sequence

from handler.delivery.recorded import process_recorded
from handler.delivery.services import Outcome, Pipeline
from handler.events.notices import Attempt, ObjectCreated, ObjectRemoved
from handler.model.errors import SourceGone
from handler.model.record import RecordState, Status, image_id
from handler.model.versions import is_same

_MADE = (Status.PROCESSED, Status.REJECTED)


def follow_removal(removal: ObjectRemoved, attempt: Attempt, pipeline: Pipeline) -> list[Outcome]:
    """Handle each version again whose record does not fit what storage holds, or may not.

    Raises:
        Retryable: If a service failed. Handling the notice again completes what is missing.
    """
    bucket, key = removal.bucket, removal.key
    rows = pipeline.record_store.rows(image_id(bucket, key))
    try:
        newest = pipeline.objects.newest(bucket, key).version_id
    except SourceGone:
        newest = None
    current = _to_make_again(rows, newest) if newest else None
    return [
        process_recorded(
            ObjectCreated(
                bucket=bucket,
                key=key,
                version_id=row.version_id,
                again=newest is None or row is current,
            ),
            attempt,
            pipeline,
        )
        for row in rows
        if row is current or _is_unfinished(row) or (newest is None and _may_have_variants(row))
    ]


def _is_unfinished(row: RecordState) -> bool:
    """Say whether an attempt is at a version.

    It may have been one at this very notice that died, and then no other notice has to finish it.
    """
    return row.status is Status.PROCESSING


def _may_have_variants(row: RecordState) -> bool:
    return row.status is Status.PROCESSED or row.attempt is not None or bool(row.variants)


def _to_make_again(rows: Sequence[RecordState], newest: str) -> RecordState | None:
    """Return the version that storage holds, unless its variants and no others are there for sure.

    A newer version, now gone for good, may have put its own in their place. Without versioning
    several rows can be about the same bytes, and to make one of them is enough.
    """
    same = [row for row in rows if is_same(row.version_id, newest)]
    made = next((row for row in same if row.status in _MADE), None)
    if made is None:
        return same[0] if same else None
    return made if any(_may_have_variants(row) for row in rows if row is not made) else None
