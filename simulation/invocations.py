"""Invocations of the function, which its time limit can end; and Lambda's own retries."""

import json
from collections.abc import Callable, Mapping

from simulation.aws.queue import Queue
from simulation.engine import Engine, Judge, Task

Function = Callable[[Mapping[str, object], Task, float, str], object]
"""Runs the handler: with the event, the task it is in, its deadline and the request's id."""

RETRY_SECONDS = (60.0, 120.0)
"""https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""


def invoke(
    engine: Engine,
    judge: Judge,
    work: Callable[[Task, float], object],
    *,
    timeout: int,
    then: Callable[[list[object]], None],
) -> None:
    """Start an invocation.

    Args:
        work: the function, given its task and deadline.
        then: gets what the function returned in a list, which is empty if it did not return.
    """
    deadline = engine.now + timeout
    results: list[object] = []

    def body(task: Task) -> None:
        try:
            results.append(work(task, deadline))
        except Exception:  # noqa: BLE001, S110 - Lambda takes whatever the function raises
            pass
        finally:
            engine.after(0, lambda: then(results))

    task = engine.spawn(body, judge)
    engine.after(timeout, task.kill)


def invoke_asynchronously(
    engine: Engine,
    event: Mapping[str, object],
    function: Function,
    new_judge: Callable[[], Judge],
    *,
    timeout: int,
    on_failure: Queue,
) -> None:
    """Invoke as S3 does: two retries with the same request id, then the failure destination."""
    request_id = f"{engine.random.getrandbits(64):016x}"
    pauses = list(RETRY_SECONDS)

    def start() -> None:
        invoke(
            engine,
            new_judge(),
            lambda task, deadline: function(event, task, deadline, request_id),
            timeout=timeout,
            then=finish,
        )

    def finish(results: list[object]) -> None:
        if results:
            return
        if pauses:
            engine.after(pauses.pop(0), start)
        else:
            record = {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": event}
            on_failure.send(json.dumps(record))

    start()
