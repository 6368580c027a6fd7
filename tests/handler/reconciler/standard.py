"""What the reconciler expects, lists and finds recorded, unless a test says else."""

from datetime import timedelta

from handler.model.record import RecordState, Status
from handler.reconciler.findings import Choice, Expectation
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
    """A version that was stored a day ago, unless `more` says else."""
    given: dict[str, object] = {
        "is_latest": True,
        "stored_at": NOW - timedelta(days=1),
        "size_bytes": 100,
        "storage_class": "STANDARD",
        "position": {"key": key, "version": version_id},
    }
    return ListedVersion(key=key, version_id=version_id, **{**given, **more})  # pyright: ignore[reportArgumentType]


def row(status: Status = Status.PROCESSED, **more: str) -> RecordState:
    given = {"recipe": "r", "limits": "l", **more}
    return RecordState(version_id="v1", status=status, **given)  # pyright: ignore[reportArgumentType]
