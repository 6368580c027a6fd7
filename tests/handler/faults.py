"""Fault injection into calls, by their number."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal


class Killed(BaseException):
    """A killed process: nothing in the function may catch it."""


@dataclass
class Faults:
    """Counts calls, and fails at one of them."""

    at_call: int | None = None
    when: Literal["before", "after"] = "before"
    error: BaseException = field(default_factory=Killed)
    calls: list[str] = field(default_factory=list[str])

    @contextmanager
    def passing(self, call: str) -> Generator[None]:
        self.calls.append(call)
        due = len(self.calls) == self.at_call
        if due and self.when == "before":
            raise self.error
        try:
            yield
        finally:
            if due and self.when == "after":
                raise self.error
