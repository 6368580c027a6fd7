"""Interface of the two AWS implementations that each test case runs against."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

LONG_SECONDS, SHORT_SECONDS = 900, 1
"""Longer than any test, and short enough to wait for."""

WAIT_SECONDS = 20
"""Time limit for a message that must arrive."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """A message as a consumer receives it."""

    body: str
    attributes: Mapping[str, str]
    receive_count: int
    handle: Any


class Aws(Protocol):
    """One implementation: clients, resources of one test case, and operations of a consumer."""

    client: Callable[[str], Any]
    """Returns the client of a service by name."""
    versioned: str
    """Name of a bucket with versioning, whose events are kept."""
    unversioned: str
    """Name of a bucket without versioning, whose events are kept."""
    table: str
    """Name of a table with the key schema of the pipeline's table."""
    topic: str
    """ARN of a topic."""

    def make_queue(self, *, visibility_seconds: int = LONG_SECONDS) -> str: ...

    def make_queues(self, *, max_receive_count: int) -> tuple[str, str]:
        """Return a queue without visibility timeout, and its dead-letter queue."""
        ...

    def receive(self, queue: str, *, wait: bool) -> Sequence[Received]:
        """Receive the visible messages, or, with `wait`, those that become visible."""
        ...

    def delete(self, queue: str, message: Received) -> None: ...

    def notified(self) -> Sequence[Mapping[str, Any]]:
        """Return the messages that a subscriber of the topic received."""
        ...

    def events(self) -> Sequence[Mapping[str, Any]]:
        """Return the records of the events of both buckets."""
        ...
