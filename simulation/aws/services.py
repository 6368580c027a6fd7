"""The state that the simulated clients share, and the types of their calls."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from simulation.aws.queue import Queue
from simulation.aws.storage import Bucket
from simulation.engine import Engine

PARTIAL = 0.1
"""Share of batch requests that AWS completes only in part."""

Table = dict[str, dict[str, dict[str, Mapping[str, object]]]]
"""Items by hash key and range key."""

MakeCall = Callable[[str, str, Callable[[], Any]], Any]
"""Makes a call, from its operation, subject, and effect, which returns the response."""

_T = TypeVar("_T")


class SimulatedServices(Protocol):
    """The state of the services, and the function that renders variants."""

    engine: Engine
    buckets: dict[str, Bucket]
    queues: dict[str, Queue]
    tables: dict[str, Table]
    published: list[Mapping[str, Any]]

    def invoke_directly(self, event: Mapping[str, object]) -> None: ...


class Paginator:
    """A paginator of botocore, as far as the handler uses it."""

    def __init__(self, paginate: Callable[..., Any]) -> None:
        self.paginate = paginate


def split(engine: Engine, asked: Sequence[_T]) -> tuple[Sequence[_T], Sequence[_T]]:
    """Return the processed and the unprocessed part of a batch."""
    is_partial = len(asked) > 1 and engine.random.random() < PARTIAL
    return (asked[:-1], asked[-1:]) if is_partial else (asked, ())
