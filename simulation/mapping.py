"""The event source mapping between a queue and the function."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from simulation.aws.queue import Message, Queue
from simulation.conditions import Conditions
from simulation.engine import Engine, Judge
from simulation.invocations import Function, invoke

POLL_SECONDS = 0.5


class EventSourceMapping:
    """Feeds the function with batches and acknowledges what it does not hand back.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """

    def __init__(
        self,
        engine: Engine,
        queue: Queue,
        function: Function,
        new_judge: Callable[[], Judge],
        new_id: Callable[[], str],
        conditions: Conditions,
    ) -> None:
        self.most_running = 0
        self.invocations = 0
        self.errors = 0
        self.timeouts = 0
        self.on_end: Callable[[float, bool], None] = lambda _seconds, _is_error: None
        self._engine = engine
        self._queue = queue
        self._function = function
        self._new_judge = new_judge
        self._new_id = new_id
        self._conditions = conditions
        self._running = 0
        self._is_polling = False
        queue.on_visible = self._poll_soon

    def _poll_soon(self) -> None:
        if not self._is_polling:
            self._is_polling = True
            self._engine.after(POLL_SECONDS, self._poll)

    def _poll(self) -> None:
        self._is_polling = False
        while self._running < self._conditions.max_concurrency:
            batch = self._queue.receive(self._conditions.batch_size)
            if not batch:
                return
            self._start(batch)

    def _start(self, batch: Sequence[Message]) -> None:
        self._running += 1
        self.most_running = max(self.most_running, self._running)
        self.invocations += 1
        event, request_id = sqs_event(batch), self._new_id()
        start = self._engine.now
        end = start + self._conditions.timeout

        def finish(results: list[object]) -> None:
            self.errors += not results
            self.on_end(self._engine.now - start, not results)
            self.timeouts += not results and self._engine.now >= end
            self._finish(batch, results)

        invoke(
            self._engine,
            self._new_judge(),
            lambda task, deadline: self._function(event, task, deadline, request_id),
            timeout=self._conditions.timeout,
            then=finish,
        )

    def _finish(self, batch: Sequence[Message], results: Sequence[object]) -> None:
        self._running -= 1
        for message in acknowledged(batch, results):
            if self._engine.random.random() >= self._conditions.lost_acknowledgements:
                self._queue.delete(message)
        self._poll_soon()


def sqs_event(batch: Sequence[Message]) -> dict[str, object]:
    """What the function is invoked with."""
    return {
        "Records": [
            {
                "messageId": message.message_id,
                "body": message.body,
                "attributes": {"ApproximateReceiveCount": str(message.receive_count)},
                "eventSource": "aws:sqs",
            }
            for message in batch
        ]
    }


def acknowledged(batch: Sequence[Message], results: Sequence[object]) -> Sequence[Message]:
    """Return what Lambda deletes from the queue: nothing after an error or a strange answer."""
    if not results:
        return ()
    failures = _mapping(results[0]).get("batchItemFailures")
    listed = cast("list[object]", failures) if isinstance(failures, list) else []
    failed = {_mapping(each).get("itemIdentifier") for each in listed}
    if not failed <= {message.message_id for message in batch}:
        return ()
    return [message for message in batch if message.message_id not in failed]


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}
