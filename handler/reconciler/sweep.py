"""One run of the reconciler: a part of a pass over all uploads, over ports.

Uploads are handed back before that is noted, and noted before the place is: a run that dies between
two of these steps is repeated from there, and what is handed back twice costs a conditional write.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from handler.contract import Choice
from handler.ports import Clock
from handler.reconciler.cases import Assessor, Case
from handler.reconciler.findings import Action, Expectation
from handler.reconciler.ports import (
    ListedVersion,
    Listing,
    Page,
    Position,
    Progress,
    ReconcilerState,
    Records,
    Requeue,
)
from handler.reconciler.scope import KeyScope
from handler.reconciler.summary import Stop, Summary

_T = TypeVar("_T")

CHUNK = 100
"""Versions whose records are asked for at once, as many as BatchGetItem takes:
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""

RESERVE_MS = 30_000
"""Time left below which nothing more is begun: the calls for a chunk take less."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How far a run goes.

    Attributes:
        max_versions: It ends after the page in which it has looked at so many.
        max_requeues: It hands back so many at most, and none if as many wait already.
        restart: Whether to begin at the start, wherever the last run ended.
    """

    max_versions: int
    max_requeues: int
    restart: bool = False


@dataclass(frozen=True, kw_only=True)
class Reconciler:
    """What a run is to do, and all that it may touch."""

    bucket: str
    scope: KeyScope
    expectation: Expectation
    bounds: Bounds
    listing: Listing
    records: Records
    state: ReconcilerState
    requeue: Requeue
    clock: Clock


def reconcile(reconciler: Reconciler, remaining_ms: Callable[[], int]) -> Summary:
    """Go on with the pass, or begin one, within the bounds of a run.

    Raises:
        Retryable: If a service failed. The next run goes on from what is saved.
    """
    run = _Run(reconciler, remaining_ms)
    run.go()
    run.summary.log()
    return run.summary


class _Run:
    def __init__(self, reconciler: Reconciler, remaining_ms: Callable[[], int]) -> None:
        self.summary = Summary()
        self._it = reconciler
        self._remaining_ms = remaining_ms
        self._progress = reconciler.state.progress()
        self._assessor = Assessor(
            bucket=reconciler.bucket,
            expectation=reconciler.expectation,
            records=reconciler.records,
            state=reconciler.state,
        )

    def go(self) -> None:
        """Look at page after page, until there is a reason to end."""
        bounds, summary = self._it.bounds, self.summary
        if self._is_busy():
            summary.stopped = Stop.BACKLOG
            return
        for page in self._it.listing.pages(None if bounds.restart else self._progress.position):
            if (stop := self._page(page)) is not None:
                summary.stopped = stop
                return
            if page.is_last:
                summary.pass_finished = True
            elif summary.looked_at >= bounds.max_versions:
                summary.stopped = Stop.VERSIONS
                return

    def _is_busy(self) -> bool:
        expectation = self._it.expectation
        if Choice.REQUEUE not in (expectation.unfinished, expectation.outdated):
            return False
        return self._it.requeue.waiting() >= self._it.bounds.max_requeues

    def _page(self, page: Page) -> Stop | None:
        """Look at a page and save the place behind what is done with; say why to end before."""
        for chunk in _chunks(page.versions, CHUNK):
            if self._remaining_ms() < RESERVE_MS:
                return Stop.TIME
            uploads = [each for each in chunk if each.key in self._it.scope]
            cases = self._assessor.cases(uploads, self._it.clock())
            due = self._within_bounds(cases)
            self._carry_out(due)
            if len(due) < len(cases):
                return self._stop_before(cases[len(due)].version, chunk)
            is_changed = any(case.is_to_requeue for case in due)
            if is_changed and not self._save(chunk[-1].position):
                return Stop.OVERTAKEN
        self.summary.looked_at += page.looked_at
        return None if self._save(page.position) else Stop.OVERTAKEN

    def _stop_before(self, version: ListedVersion, chunk: Sequence[ListedVersion]) -> Stop:
        """Save the place where the next run goes on with a version that there was no room for."""
        done = chunk[: chunk.index(version)]
        return Stop.REQUEUES if not done or self._save(done[-1].position) else Stop.OVERTAKEN

    def _save(self, position: Position | None) -> bool:
        was_saved = self._it.state.save(replace(self._progress, position=position))
        self._progress = Progress(position=position, revision=self._progress.revision + 1)
        return was_saved

    def _within_bounds(self, cases: Sequence[Case]) -> Sequence[Case]:
        """Return the cases before the first that this run may not hand back any more."""
        room = self._it.bounds.max_requeues - self.summary.actions[Action.REQUEUE]
        for number, case in enumerate(cases):
            room -= case.is_to_requeue
            if room < 0:
                return cases[:number]
        return cases

    def _carry_out(self, cases: Sequence[Case]) -> None:
        it = self._it
        now = it.clock()
        if seen := [case for case in cases if case.is_to_note]:
            it.state.note(it.bucket, {case.requeue_key: case.noted(now) for case in seen})
        due = [case for case in cases if case.is_to_requeue]
        for batch in _chunks(due, it.requeue.batch_size):
            it.requeue.send([case.notice(it.bucket) for case in batch])
            it.state.note(it.bucket, {case.requeue_key: case.noted(now) for case in batch})
        for case in cases:
            self.summary.add(case)


def _chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
