"""Findings from comparing listed uploads with their records, and the action for each. Pure.

Requeued events are processed like those from S3, where a duplicate costs one conditional write. So
a finding need not be certain: a record may be written at the same time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handler.contract import Choice, LogField
from handler.events.s3_events import ObjectCreated
from handler.model.record import RecordState, Status
from handler.reconciler.ports import ListedVersion, RequeueHistory

ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")
"""Storage classes whose objects cannot be read:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html"""


class Finding(StrEnum):
    """Kind of discrepancy. The values are logged."""

    MISSING = "missing"
    """The version has no record."""
    STUCK = "stuck"
    """The record is not final."""
    OUTDATED = "outdated"
    """The record has another recipe."""
    OTHER_LIMITS = "other-limits"
    """The version was rejected under other limits."""
    STALE = "stale"
    """Deletes are propagated, and the record does not match what is deleted by now."""
    ARCHIVED = "archived"
    """One of these, but the object is archived and cannot be read."""


UNFINISHED = frozenset({Finding.MISSING, Finding.STUCK})


class Action(StrEnum):
    """Action for one finding. The values are logged."""

    REQUEUE = LogField.REQUEUED.value
    REPORT = "reported"
    WAIT = "waiting"
    """The attempt in the record may be running; the next pass checks again."""
    GIVE_UP = "given-up"
    """The version was requeued too often."""


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """Expected state that uploads are compared with."""

    recipe: str
    """Recipe of the processor, as in `handler.config.settings.Settings`; so are `limits`."""
    limits: str
    follows_deletes: bool
    """Whether variants are deleted with their upload."""
    grace: timedelta
    """Age below which a version may still be in processing."""
    unfinished: Choice
    """Policy for uploads without a final record, and for stale ones."""
    outdated: Choice
    """Policy for records with another recipe or other limits."""
    most_requeues: int
    """Largest number of requeues of one version."""
    attempt_seconds: int | None
    """Longest duration of an attempt including its last requests; None if requeued events are
    delayed by the queue instead."""


def judge(
    version: ListedVersion, row: RecordState | None, expectation: Expectation
) -> Finding | None:
    """Return the finding about a version older than the grace period; None if it is as expected."""
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
    """Return `STALE` for a missed deletion or restoration, whose events may be lost, too."""
    if row is None or not expectation.follows_deletes or row.status is Status.REJECTED:
        return None
    return None if version.is_latest is (row.status is Status.PROCESSED) else Finding.STALE


def choice(finding: Finding, expectation: Expectation) -> Choice:
    """Return the policy for a finding."""
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
    """Return the action for a finding whose policy is to requeue.

    Args:
        finding: The finding.
        row: The record of the version.
        history: Earlier requeues of the version.
        expectation: The limits of requeues and attempts.
        now: The current time.
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
    """Return the reason part of a requeue key: requeues are counted separately for each."""
    if finding in (Finding.OUTDATED, Finding.OTHER_LIMITS):
        return f"{expectation.recipe}, {expectation.limits}"
    return ""


def to_event(
    bucket: str, version: ListedVersion, finding: Finding, row: RecordState | None
) -> ObjectCreated:
    """Return the event to requeue for a version."""
    return ObjectCreated(
        bucket=bucket,
        key=version.key,
        version_id=version.version_id,
        size_bytes=version.size_bytes,
        event_time=version.stored_at,
        again=finding is Finding.STALE,
        waited_for=row.attempt if row is not None and finding is Finding.STUCK else None,
    )
