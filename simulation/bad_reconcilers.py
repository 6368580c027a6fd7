"""Reconcilers with a known mistake each, around the real one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from handler.aws.connect_reconciler import assemble
from handler.events.notices import ObjectCreated
from handler.reconciler.ports import Progress, ReconcilerState, Requeue, RequeueHistory, RequeueKey
from handler.reconciler.sweep import Reconciler
from simulation.conditions import SystemUnderTest


@dataclass(kw_only=True)
class MovesOnFirst:
    """Saves the place behind uploads before it hands them back."""

    state: ReconcilerState
    requeue: Requeue
    batch_size: int = 10
    unsent: list[ObjectCreated] = field(default_factory=list[ObjectCreated])

    def progress(self) -> Progress:
        return self.state.progress()

    def save(self, progress: Progress) -> bool:
        was_saved = self.state.save(progress)
        while self.unsent:
            batch, self.unsent = self.unsent[:10], self.unsent[10:]
            self.requeue.send(batch)
        return was_saved

    def requeue_histories(
        self, bucket: str, requeue_keys: Sequence[RequeueKey]
    ) -> Mapping[RequeueKey, RequeueHistory]:
        return self.state.requeue_histories(bucket, requeue_keys)

    def note(self, bucket: str, requeue_histories: Mapping[RequeueKey, RequeueHistory]) -> None:
        self.state.note(bucket, requeue_histories)

    def waiting(self) -> int:
        return self.requeue.waiting()

    def send(self, sources: Sequence[ObjectCreated]) -> None:
        self.unsent += sources


class ForgetsWhatItDid(MovesOnFirst):
    """Hands uploads back for ever."""

    def send(self, sources: Sequence[ObjectCreated]) -> None:
        self.requeue.send(sources)

    def note(self, bucket: str, requeue_histories: Mapping[RequeueKey, RequeueHistory]) -> None:
        del bucket, requeue_histories


def subject_with(mistake: type[MovesOnFirst]) -> SystemUnderTest:
    """Return the real handler beside a bad reconciler."""

    def build(*args: Any, **kwargs: Any) -> Reconciler:
        real = assemble(*args, **kwargs)
        bad = mistake(state=real.state, requeue=real.requeue)
        return replace(real, state=bad, requeue=bad)

    return SystemUnderTest(assemble_reconciler=build)
