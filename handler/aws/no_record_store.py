# ruff: noqa: ARG002 - the arguments of the port, none of which are stored
"""Record store of a stack without a table."""

from collections.abc import Mapping, Sequence

from handler.events.s3_events import Attempt
from handler.model.record import RecordState
from handler.ports import Claim


class NoRecordStore:
    """`RecordStore` without a table: stores nothing; see `handler.delivery.unrecorded`."""

    def claim(
        self, record: Mapping[str, object], attempt: Attempt, *, waited_for: str | None, again: bool
    ) -> Claim:
        return Claim(won=True, before=None)

    def rows(self, image_id: str) -> Sequence[RecordState]:
        return ()

    def finalize(self, record: Mapping[str, object], attempt: Attempt, *, converged: bool) -> bool:
        return True

    def supersede(self, image_id: str, row: RecordState) -> None: ...

    def clear_attempt(self, image_id: str, row: RecordState) -> None: ...
