"""What each of the two AWSes offers to a case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

LONG_SECONDS, SHORT_SECONDS = 900, 1
"""Longer than any test, and as short as it can be waited for."""

WAIT_SECONDS = 20
"""How long a message that must come is waited for."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """A message as a consumer receives it."""

    body: str
    attributes: Mapping[str, str]
    receive_count: int
    handle: Any


class Aws(Protocol):
    """One AWS: clients, resources for one case, and what a consumer of a queue does.

    Attributes:
        client: Returns the client of a service, by its name.
        versioned: Name of a bucket with versions, the events of which are kept.
        unversioned: Name of another one without versions.
        table: Name of a table with the keys of ours.
        topic: ARN of a topic.
    """

    client: Callable[[str], Any]
    versioned: str
    unversioned: str
    table: str
    topic: str

    def make_queue(self, *, visibility_seconds: int = LONG_SECONDS) -> str: ...

    def make_queues(self, *, max_receive_count: int) -> tuple[str, str]:
        """Return a queue that hides no message it hands out, and its dead-letter queue."""
        ...

    def receive(self, queue: str, *, wait: bool) -> Sequence[Received]:
        """Receive what is visible now, or, at last, what will be."""
        ...

    def delete(self, queue: str, message: Received) -> None: ...

    def notified(self) -> Sequence[Mapping[str, Any]]:
        """Return the messages that a subscriber of the topic received."""
        ...

    def events(self) -> Sequence[Mapping[str, Any]]:
        """Return the records of the events of both buckets."""
        ...
