"""Assessment of listed versions: findings, and the action for each. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handler.contract import Choice
from handler.events.s3_events import ObjectCreated
from handler.model.record import RecordState
from handler.reconciler.findings import (
    Action,
    Expectation,
    Finding,
    choice,
    decide,
    judge,
    requeue_key,
    to_event,
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
    """A finding with its version, its requeue history and the action to take."""

    version: ListedVersion
    row: RecordState | None
    """The record of the version; None if there is none."""
    finding: Finding
    requeue_key: RequeueKey
    history: RequeueHistory
    action: Action

    @property
    def is_to_requeue(self) -> bool:
        """Whether the version is to be requeued."""
        return self.action is Action.REQUEUE

    @property
    def is_to_note(self) -> bool:
        """Whether its attempt may be running, and is seen for the first time."""
        attempt = self.row and self.row.attempt
        return self.action is Action.WAIT and self.history.attempt != attempt

    def to_event(self, bucket: str) -> ObjectCreated:
        """Return the event to requeue."""
        return to_event(bucket, self.version, self.finding, self.row)

    def noted(self, now: datetime) -> RequeueHistory:
        """Return the updated requeue history."""
        return RequeueHistory(
            requeues=self.history.requeues + self.is_to_requeue,
            attempt=self.row and self.row.attempt,
            noted_at=now,
        )


@dataclass(frozen=True, kw_only=True)
class Assessor:
    """Finds the cases among listed versions."""

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
            self._requeue_key(version, finding)
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
        about = self._requeue_key(version, finding)
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

    def _requeue_key(self, version: ListedVersion, finding: Finding) -> RequeueKey:
        return (*version.identity, requeue_key(finding, self.expectation))
