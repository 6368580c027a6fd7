# ruff: noqa: ARG002 - what keeps nothing has no use for what it is given
"""No records."""

from collections.abc import Mapping, Sequence

from handler.events.notices import Attempt
from handler.model.record import RecordState, Status
from handler.ports import Claim


class NoRecordStore:
    """`RecordStore` where there is no table: nothing is kept; see `handler.delivery.unrecorded`."""

    def claim(
        self, record: Mapping[str, object], attempt: Attempt, *, waited_for: str | None, again: bool
    ) -> Claim:
        return Claim(won=True, before=None)

    def rows(self, image_id: str) -> Sequence[RecordState]:
        return ()

    def mark(self, record: Mapping[str, object], attempt: Attempt, *, settled: bool) -> bool:
        return True

    def retire(self, image_id: str, row: RecordState, status: Status) -> None: ...

    def forget(self, image_id: str, row: RecordState) -> None: ...
