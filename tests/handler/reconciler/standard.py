"""Default expectation, listed version and record for tests of the reconciler."""

from datetime import timedelta

from handler.contract import Choice
from handler.model.record import RecordState, Status
from handler.reconciler.findings import Expectation
from handler.reconciler.ports import ListedVersion
from tests.handler.deployment import NOW

STANDARD = Expectation(
    recipe="r",
    limits="l",
    follows_deletes=False,
    grace=timedelta(hours=6),
    unfinished=Choice.REQUEUE,
    outdated=Choice.REPORT,
    most_requeues=3,
    attempt_seconds=None,
)


def version(key: str, version_id: str = "v1", **more: object) -> ListedVersion:
    """Return a version that was stored a day ago, with overrides."""
    given: dict[str, object] = {
        "is_latest": True,
        "stored_at": NOW - timedelta(days=1),
        "size_bytes": 100,
        "storage_class": "STANDARD",
        "cursor": {"key": key, "version": version_id},
    }
    return ListedVersion(key=key, version_id=version_id, **{**given, **more})  # pyright: ignore[reportArgumentType]


def row(status: Status = Status.PROCESSED, **more: str) -> RecordState:
    given = {"recipe": "r", "limits": "l", **more}
    return RecordState(version_id="v1", status=status, **given)  # pyright: ignore[reportArgumentType]
