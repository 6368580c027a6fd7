# ruff: noqa: ARG002 - what keeps nothing has no use for what it is given
"""No records."""

from collections.abc import Mapping, Sequence

from handler.notices import Attempt
from handler.ports import Claim
from handler.record import Row, Status


class NoCatalog:
    """`Catalog` where there is no table: nothing is kept; see `handler.newest`."""

    def claim(
        self, record: Mapping[str, object], attempt: Attempt, *, waited_for: str | None, again: bool
    ) -> Claim:
        return Claim(won=True, before=None)

    def rows(self, image_id: str) -> Sequence[Row]:
        return ()

    def mark(self, record: Mapping[str, object], attempt: Attempt, *, settled: bool) -> bool:
        return True

    def retire(self, image_id: str, row: Row, status: Status) -> None: ...

    def forget(self, image_id: str, row: Row) -> None: ...
