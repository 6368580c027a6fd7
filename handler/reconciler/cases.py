"""From listed versions to what is wrong with them and what is to be done: reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handler.contract import Choice
from handler.events.notices import ObjectCreated
from handler.model.record import RecordState
from handler.reconciler.findings import (
    Action,
    Expectation,
    Finding,
    choice,
    decide,
    judge,
    notice,
    requeue_key,
)
from handler.reconciler.ports import (
    ListedVersion,
    ReconcilerState,
    Records,
    RequeueHistory,
    RequeueKey,
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A finding: what it is about, what was done about it before, and what is to be done now.

    Attributes:
        row: None if there is none.
    """

    version: ListedVersion
    row: RecordState | None
    finding: Finding
    requeue_key: RequeueKey
    history: RequeueHistory
    action: Action

    @property
    def is_to_requeue(self) -> bool:
        """Whether it is handed back."""
        return self.action is Action.REQUEUE

    @property
    def is_to_note(self) -> bool:
        """Whether its attempt may be alive, and is seen for the first time."""
        attempt = self.row and self.row.attempt
        return self.action is Action.WAIT and self.history.attempt != attempt

    def notice(self, bucket: str) -> ObjectCreated:
        """What it is handed back as."""
        return notice(bucket, self.version, self.finding, self.row)

    def noted(self, now: datetime) -> RequeueHistory:
        """What is remembered of it."""
        return RequeueHistory(
            requeues=self.history.requeues + self.is_to_requeue,
            attempt=self.row and self.row.attempt,
            noted_at=now,
        )


@dataclass(frozen=True, kw_only=True)
class Assessor:
    """Finds cases."""

    bucket: str
    expectation: Expectation
    records: Records
    state: ReconcilerState

    def cases(self, uploads: Sequence[ListedVersion], now: datetime) -> list[Case]:
        """Return the cases among some uploads, in their order.

        Raises:
            Retryable: If a service failed.
        """
        old = [each for each in uploads if now - each.stored_at >= self.expectation.grace]
        rows = self.records.rows(self.bucket, [each.identity for each in old])
        found = [
            (version, row, finding)
            for version in old
            for row in [rows.get(version.identity)]
            if (finding := judge(version, row, self.expectation)) is not None
        ]
        requeue_keys = [
            self._subject(version, finding)
            for version, _, finding in found
            if choice(finding, self.expectation) is Choice.REQUEUE
        ]
        requeue_histories = self.state.requeue_histories(self.bucket, requeue_keys)
        return [self._case(*each, requeue_histories, now) for each in found]

    def _case(
        self,
        version: ListedVersion,
        row: RecordState | None,
        finding: Finding,
        requeue_histories: Mapping[RequeueKey, RequeueHistory],
        now: datetime,
    ) -> Case:
        about = self._subject(version, finding)
        history = requeue_histories.get(about, RequeueHistory())
        action = Action.REPORT
        if choice(finding, self.expectation) is Choice.REQUEUE:
            action = decide(finding, row, history, self.expectation, now)
        return Case(
            version=version,
            row=row,
            finding=finding,
            requeue_key=about,
            history=history,
            action=action,
        )

    def _subject(self, version: ListedVersion, finding: Finding) -> RequeueKey:
        return (*version.identity, requeue_key(finding, self.expectation))
