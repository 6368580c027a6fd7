"""From listed versions to what is wrong with them and what is to be done: reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handler.notices import SourceObject
from handler.reconciler.findings import (
    Action,
    Choice,
    Finding,
    Standard,
    choice,
    decide,
    judge,
    notice,
    subject,
)
from handler.reconciler.ports import Ledger, ListedVersion, Past, Records, Subject
from handler.record import Row


@dataclass(frozen=True, kw_only=True)
class Case:
    """A finding: what it is about, what was done about it before, and what is to be done now.

    Attributes:
        row: None if there is none.
    """

    version: ListedVersion
    row: Row | None
    finding: Finding
    subject: Subject
    past: Past
    action: Action

    @property
    def is_to_requeue(self) -> bool:
        """Whether it is handed back."""
        return self.action is Action.REQUEUE

    @property
    def is_to_note(self) -> bool:
        """Whether its attempt may be alive, and is seen for the first time."""
        attempt = self.row and self.row.attempt
        return self.action is Action.WAIT and self.past.attempt != attempt

    def notice(self, bucket: str) -> SourceObject:
        """What it is handed back as."""
        return notice(bucket, self.version, self.finding, self.row)

    def noted(self, now: datetime) -> Past:
        """What is remembered of it."""
        return Past(
            requeues=self.past.requeues + self.is_to_requeue,
            attempt=self.row and self.row.attempt,
            noted_at=now,
        )


@dataclass(frozen=True, kw_only=True)
class Assessor:
    """Finds cases."""

    bucket: str
    standard: Standard
    records: Records
    ledger: Ledger

    def cases(self, uploads: Sequence[ListedVersion], now: datetime) -> list[Case]:
        """Return the cases among some uploads, in their order.

        Raises:
            Retryable: If a service failed.
        """
        old = [each for each in uploads if now - each.stored_at >= self.standard.grace]
        rows = self.records.rows(self.bucket, [each.identity for each in old])
        found = [
            (version, row, finding)
            for version in old
            for row in [rows.get(version.identity)]
            if (finding := judge(version, row, self.standard)) is not None
        ]
        subjects = [
            self._subject(version, finding)
            for version, _, finding in found
            if choice(finding, self.standard) is Choice.REQUEUE
        ]
        pasts = self.ledger.pasts(self.bucket, subjects)
        return [self._case(*each, pasts, now) for each in found]

    def _case(
        self,
        version: ListedVersion,
        row: Row | None,
        finding: Finding,
        pasts: Mapping[Subject, Past],
        now: datetime,
    ) -> Case:
        about = self._subject(version, finding)
        past = pasts.get(about, Past())
        action = Action.REPORT
        if choice(finding, self.standard) is Choice.REQUEUE:
            action = decide(finding, row, past, self.standard, now)
        return Case(
            version=version, row=row, finding=finding, subject=about, past=past, action=action
        )

    def _subject(self, version: ListedVersion, finding: Finding) -> Subject:
        return (*version.identity, subject(finding, self.standard))
