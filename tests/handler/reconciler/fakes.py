"""A reconciler on dictionaries, which can be killed at any call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from handler.contract import Choice
from handler.events.notices import ObjectCreated
from handler.model.record import RecordState, Status
from handler.reconciler.findings import Expectation
from handler.reconciler.ports import (
    Identity,
    ListedVersion,
    Page,
    Position,
    Progress,
    RequeueHistory,
    RequeueKey,
)
from handler.reconciler.scope import KeyScope
from handler.reconciler.sweep import Bounds, Reconciler
from tests.handler.fakes import NOW, UPLOADS, Faults

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


@dataclass
class FakeWorld:
    """All that the reconciler touches; `faults` counts the calls."""

    versions: list[ListedVersion] = field(default_factory=list[ListedVersion])
    stored: dict[Identity, RecordState] = field(default_factory=dict[Identity, RecordState])
    faults: Faults = field(default_factory=Faults)
    page_size: int = 1000
    saved: Progress = field(default_factory=Progress)
    noted: dict[RequeueKey, RequeueHistory] = field(
        default_factory=dict[RequeueKey, RequeueHistory]
    )
    sent: list[ObjectCreated] = field(default_factory=list[ObjectCreated])
    backlog: int = 0
    batch_size: int = 10
    now: datetime = NOW

    def pages(self, after: Position | None) -> Iterator[Page]:
        places = [each.position for each in self.versions]
        start = 0 if after is None else places.index(after) + 1
        while True:
            with self.faults.passing("list"):
                chunk = self.versions[start : start + self.page_size]
            start += self.page_size
            is_last = start >= len(self.versions)
            position = None if is_last else chunk[-1].position
            yield Page(versions=chunk, looked_at=len(chunk), position=position, is_last=is_last)
            if is_last:
                return

    def rows(self, bucket: str, identities: Sequence[Identity]) -> Mapping[Identity, RecordState]:
        assert bucket == UPLOADS
        if not identities:
            return {}
        with self.faults.passing("rows"):
            return {each: self.stored[each] for each in identities if each in self.stored}

    def progress(self) -> Progress:
        with self.faults.passing("progress"):
            return self.saved

    def save(self, progress: Progress) -> bool:
        with self.faults.passing("save"):
            if progress.revision != self.saved.revision:
                return False
            self.saved = replace(progress, revision=progress.revision + 1)
            return True

    def requeue_histories(
        self, bucket: str, requeue_keys: Sequence[RequeueKey]
    ) -> Mapping[RequeueKey, RequeueHistory]:
        assert bucket == UPLOADS
        if not requeue_keys:
            return {}
        with self.faults.passing("pasts"):
            return {each: self.noted[each] for each in requeue_keys if each in self.noted}

    def note(self, bucket: str, requeue_histories: Mapping[RequeueKey, RequeueHistory]) -> None:
        assert bucket == UPLOADS
        with self.faults.passing("note"):
            self.noted |= requeue_histories

    def waiting(self) -> int:
        return self.backlog

    def send(self, sources: Sequence[ObjectCreated]) -> None:
        assert len(sources) <= self.batch_size
        with self.faults.passing("send"):
            self.sent += sources

    def reconciler(
        self,
        expectation: Expectation = STANDARD,
        *,
        scope: KeyScope | None = None,
        max_versions: int = 10_000,
        max_requeues: int = 1_000,
        restart: bool = False,
    ) -> Reconciler:
        bounds = Bounds(max_versions=max_versions, max_requeues=max_requeues, restart=restart)
        return Reconciler(
            bucket=UPLOADS,
            scope=scope or KeyScope(),
            expectation=expectation,
            bounds=bounds,
            listing=self,
            records=self,
            state=self,
            requeue=self,
            clock=lambda: self.now,
        )
