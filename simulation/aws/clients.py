"""In-memory replacements of boto3 clients, with the same signatures and botocore's retries."""

from collections.abc import Callable
from typing import Any

from simulation.aws.dynamodb import DynamoDb
from simulation.aws.errors import is_transient, transient_failure
from simulation.aws.messaging import Lambda, Sns, Sqs
from simulation.aws.s3 import S3
from simulation.aws.services import MakeCall, SimulatedServices
from simulation.engine import Call, Task

SDK_ATTEMPTS = 3
"""The number of attempts that `handler.aws.clients` configures."""

MAX_BACKOFF_SECONDS = 1.0


class Caller:
    """Makes the calls of one task, with the retries of botocore's standard mode."""

    def __init__(self, task: Task, attempts: int = SDK_ATTEMPTS) -> None:
        self._task = task
        self._attempts = attempts

    def __call__(self, operation: str, subject: str, effect: Callable[[], Any]) -> Any:
        random = self._task.engine.random
        for attempt in range(1, self._attempts + 1):
            call = Call(
                operation=operation,
                subject=subject,
                effect=effect,
                failure=lambda: transient_failure(random, operation),
            )
            try:
                return self._task.call(call, random.uniform(0.005, 0.05))
            except Exception as error:
                if attempt == self._attempts or not is_transient(error):
                    raise
            self._task.sleep(random.uniform(0, MAX_BACKOFF_SECONDS))
        raise AssertionError


def make_clients(services: SimulatedServices, call: MakeCall) -> Callable[[str], object]:
    """Return a factory of the clients of one invocation, by the name of the service."""
    makers = {"s3": S3, "dynamodb": DynamoDb, "sns": Sns, "sqs": Sqs, "lambda": Lambda}
    return lambda service: makers[service](services, call)
