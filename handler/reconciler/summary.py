"""Summary of a reconciler run: one log line per run, and one per finding up to a limit."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from handler.contract import LogEvent, LogField
from handler.reconciler.cases import Case
from handler.reconciler.findings import UNFINISHED, Action, Finding

logger = logging.getLogger(__name__)

MAX_LINES = 100
"""Number of findings that a run logs individually; all of them are counted."""


class Stop(StrEnum):
    """Reason for which a run ended. The values are logged."""

    END = "end of the listing"
    VERSIONS = "version limit reached"
    REQUEUES = "requeue limit reached"
    TIME = "out of time"
    BACKLOG = "too many messages are queued"
    OVERTAKEN = "another run continues"


@dataclass(kw_only=True)
class Summary:
    """Counters and result of a run."""

    looked_at: int = 0
    findings: Counter[Finding] = field(default_factory=Counter[Finding])
    actions: Counter[Action] = field(default_factory=Counter[Action])
    unresolved: int = 0
    """Number of unfinished uploads that requeuing did not fix, or that are only reported."""
    stopped: Stop = Stop.END
    pass_finished: bool = False

    def facts(self) -> dict[str, object]:
        """Return the summary as JSON values."""
        counted = {**self.findings, **self.actions}
        return {
            "looked_at": self.looked_at,
            **{each.replace("-", "_"): counted.get(each, 0) for each in (*Finding, *Action)},
            LogField.UNFINISHED: sum(self.findings[each] for each in UNFINISHED),
            LogField.UNRESOLVED: self.unresolved,
            "stopped": self.stopped.value,
            "pass_finished": self.pass_finished,
        }

    def add(self, case: Case) -> None:
        """Count a finding, and log it within `MAX_LINES`."""
        self.findings[case.finding] += 1
        self.actions[case.action] += 1
        if case.finding in UNFINISHED and case.action is not Action.WAIT:
            self.unresolved += case.action is Action.REPORT or case.history.requeues > 0
        if self.findings.total() <= MAX_LINES:
            logger.info(
                LogEvent.FOUND,
                extra={
                    "key": case.version.key,
                    "version_id": case.version.version_id,
                    "finding": case.finding.value,
                    "action": case.action.value,
                    "requeues": case.history.requeues,
                },
            )

    def log(self) -> None:
        """Log the summary."""
        logger.info(LogEvent.RECONCILED, extra=self.facts())
