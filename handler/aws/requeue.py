"""Hands uploads back to the function that makes variants, by the way that S3 tells it of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from handler.aws.errors import translated
from handler.events.notices import ObjectCreated, to_message
from handler.model.errors import Retryable

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_lambda import LambdaClient
    from types_boto3_sqs import SQSClient

_TRIES = 3


class SqsRequeue:
    """`Requeue` by messages to the queue that feeds the function.

    Args:
        delay_seconds: After how long every attempt that lives now has ended, 0-900.
    """

    batch_size = 10
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""

    def __init__(self, client: "SQSClient", queue_url: str, delay_seconds: int) -> None:
        self._client = client
        self._queue_url = queue_url
        self._delay_seconds = delay_seconds

    def waiting(self) -> int:
        name = "ApproximateNumberOfMessages"
        with translated():
            answer = self._client.get_queue_attributes(
                QueueUrl=self._queue_url, AttributeNames=[name]
            )
        return int(answer["Attributes"][name])

    def send(self, sources: Sequence[ObjectCreated]) -> None:
        entries: Any = [
            {
                "Id": str(number),
                "MessageBody": to_message(source),
                "DelaySeconds": self._delay_seconds if source.waited_for else 0,
            }
            for number, source in enumerate(sources)
        ]
        errors: object = None
        for _ in range(_TRIES):
            with translated():
                answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
            errors = answer.get("Failed")
            if not errors:
                return
            failed = {each["Id"] for each in answer["Failed"]}
            entries = [entry for entry in entries if entry["Id"] in failed]
        raise Retryable(f"{len(entries)} of {len(sources)} messages were not sent: {errors}")


class LambdaRequeue:
    """`Requeue` by asynchronous invocations, where there is no queue.

    Args:
        function_arn: Of the function, or of its alias.
    """

    batch_size = 1

    def __init__(self, client: "LambdaClient", function_arn: str) -> None:
        self._client = client
        self._function_arn = function_arn

    def waiting(self) -> int:
        return 0  # Lambda tells nobody

    def send(self, sources: Sequence[ObjectCreated]) -> None:
        for source in sources:
            with translated():
                self._client.invoke(
                    FunctionName=self._function_arn,
                    InvocationType="Event",
                    Payload=to_message(source).encode(),
                )
