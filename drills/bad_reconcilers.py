"""Reconcilers with a known mistake each, around the real one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from drills.conditions import Subject
from handler.aws.connect_reconciler import assemble
from handler.notices import SourceObject
from handler.reconciler.ports import Ledger, Past, Progress, Requeue
from handler.reconciler.ports import Subject as About
from handler.reconciler.sweep import Reconciler


@dataclass(kw_only=True)
class MovesOnFirst:
    """Saves the place behind uploads before it hands them back."""

    ledger: Ledger
    requeue: Requeue
    batch_size: int = 10
    unsent: list[SourceObject] = field(default_factory=list[SourceObject])

    def progress(self) -> Progress:
        return self.ledger.progress()

    def save(self, progress: Progress) -> bool:
        was_saved = self.ledger.save(progress)
        while self.unsent:
            batch, self.unsent = self.unsent[:10], self.unsent[10:]
            self.requeue.send(batch)
        return was_saved

    def pasts(self, bucket: str, subjects: Sequence[About]) -> Mapping[About, Past]:
        return self.ledger.pasts(bucket, subjects)

    def note(self, bucket: str, pasts: Mapping[About, Past]) -> None:
        self.ledger.note(bucket, pasts)

    def waiting(self) -> int:
        return self.requeue.waiting()

    def send(self, sources: Sequence[SourceObject]) -> None:
        self.unsent += sources


class ForgetsWhatItDid(MovesOnFirst):
    """Hands uploads back for ever."""

    def send(self, sources: Sequence[SourceObject]) -> None:
        self.requeue.send(sources)

    def note(self, bucket: str, pasts: Mapping[About, Past]) -> None:
        del bucket, pasts


def subject_with(mistake: type[MovesOnFirst]) -> Subject:
    """Return the real handler beside a bad reconciler."""

    def build(*args: Any, **kwargs: Any) -> Reconciler:
        real = assemble(*args, **kwargs)
        bad = mistake(ledger=real.ledger, requeue=real.requeue)
        return replace(real, ledger=bad, requeue=bad)

    return Subject(assemble_reconciler=build)
