"""What is wrong with an upload, as far as its listing and its record tell, and what is done. Pure.

Whatever is handed back goes the way of S3's own notices, where a duplicate costs one conditional
write. So nothing here has to be certain: a record may be written at the same moment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handler.contract import Choice, LogField
from handler.events.notices import ObjectCreated
from handler.model.record import RecordState, Status
from handler.reconciler.ports import ListedVersion, RequeueHistory

ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")
"""Storage classes whose objects cannot be read:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html"""


class Finding(StrEnum):
    """What is wrong. The values are logged."""

    MISSING = "missing"
    """There is no record."""
    STUCK = "stuck"
    """The record is not final."""
    OUTDATED = "outdated"
    """The record is of another recipe."""
    OTHER_LIMITS = "other-limits"
    """It was rejected under other limits."""
    STALE = "stale"
    """Deletes are followed, and what is deleted and what is not has changed since."""
    ARCHIVED = "archived"
    """One of these, but it cannot be read."""


UNFINISHED = frozenset({Finding.MISSING, Finding.STUCK})


class Action(StrEnum):
    """What is done about one finding. The values are logged."""

    REQUEUE = LogField.REQUEUED.value
    REPORT = "reported"
    WAIT = "waiting"
    """The attempt that the record names may be alive; the next look will tell."""
    GIVE_UP = "given-up"
    """It was handed back too often."""


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """What uploads are compared with.

    Attributes:
        recipe: As `handler.config.settings.Settings` has it, as `limits`.
        follows_deletes: Whether variants go when their upload is deleted.
        grace: Younger versions may be on their way.
        unfinished: What is done about uploads without a final record, and about stale ones.
        outdated: What is done about those of another recipe or other limits.
        most_requeues: How often one version is handed back.
        attempt_seconds: How long an attempt and its last requests last; None where handing back
            itself takes longer.
    """

    recipe: str
    limits: str
    follows_deletes: bool
    grace: timedelta
    unfinished: Choice
    outdated: Choice
    most_requeues: int
    attempt_seconds: int | None


def judge(
    version: ListedVersion, row: RecordState | None, expectation: Expectation
) -> Finding | None:
    """Say what is wrong with a version that is old enough; None if nothing is."""
    found = _unfinished(row) or _different(row, expectation) or _stale(version, row, expectation)
    return Finding.ARCHIVED if found and version.storage_class in ARCHIVES else found


def _unfinished(row: RecordState | None) -> Finding | None:
    if row is None:
        return Finding.MISSING
    return Finding.STUCK if row.status is Status.PROCESSING else None


def _different(row: RecordState | None, expectation: Expectation) -> Finding | None:
    if row is None or row.status not in (Status.PROCESSED, Status.REJECTED):
        return None
    if row.recipe != expectation.recipe:
        return Finding.OUTDATED
    is_limited = row.status is Status.REJECTED and row.limits != expectation.limits
    return Finding.OTHER_LIMITS if is_limited else None


def _stale(
    version: ListedVersion, row: RecordState | None, expectation: Expectation
) -> Finding | None:
    """The event of a removal may be lost, too."""
    if row is None or not expectation.follows_deletes or row.status is Status.REJECTED:
        return None
    return None if version.is_latest is (row.status is Status.PROCESSED) else Finding.STALE


def choice(finding: Finding, expectation: Expectation) -> Choice:
    """Say what is done about a kind of finding."""
    if finding in (Finding.OUTDATED, Finding.OTHER_LIMITS):
        return expectation.outdated
    return Choice.REPORT if finding is Finding.ARCHIVED else expectation.unfinished


def decide(
    finding: Finding,
    row: RecordState | None,
    history: RequeueHistory,
    expectation: Expectation,
    now: datetime,
) -> Action:
    """Say what is done about one finding that would be handed back.

    Args:
        past: What was done about it before.
    """
    if history.requeues >= expectation.most_requeues:
        return Action.GIVE_UP
    if finding is not Finding.STUCK or row is None or expectation.attempt_seconds is None:
        return Action.REQUEUE
    if row.attempt is None:
        return Action.REQUEUE
    if history.attempt != row.attempt or history.noted_at is None:
        return Action.WAIT
    has_ended = now - history.noted_at >= timedelta(seconds=expectation.attempt_seconds)
    return Action.REQUEUE if has_ended else Action.WAIT


def requeue_key(finding: Finding, expectation: Expectation) -> str:
    """Name what a version is handed back for: each such thing is counted by itself."""
    if finding in (Finding.OUTDATED, Finding.OTHER_LIMITS):
        return f"{expectation.recipe}, {expectation.limits}"
    return ""


def notice(
    bucket: str, version: ListedVersion, finding: Finding, row: RecordState | None
) -> ObjectCreated:
    """Return what S3 would tell of a version, and what is known beside."""
    return ObjectCreated(
        bucket=bucket,
        key=version.key,
        version_id=version.version_id,
        size_bytes=version.size_bytes,
        event_time=version.stored_at,
        again=finding is Finding.STALE,
        waited_for=row.attempt if row is not None and finding is Finding.STUCK else None,
    )
