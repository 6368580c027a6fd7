"""What the simulated clients share: the state they call, and the way a call is made."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from simulation.aws.queue import Queue
from simulation.aws.storage import Bucket
from simulation.engine import Engine

PARTIAL = 0.1
"""Share of batches of which a part is not done, as AWS may do it."""

Table = dict[str, dict[str, dict[str, Mapping[str, object]]]]
"""Items by hash key and range key."""

MakeCall = Callable[[str, str, Callable[[], Any]], Any]
"""Makes a call: its operation, what it is about, and its effect, which returns the answer."""

_T = TypeVar("_T")


class Services(Protocol):
    """The state of the services, and the function that makes variants."""

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
    """Return what is done of a batch, and what is not."""
    is_partial = len(asked) > 1 and engine.random.random() < PARTIAL
    return (asked[:-1], asked[-1:]) if is_partial else (asked, ())
