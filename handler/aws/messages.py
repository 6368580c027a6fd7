"""What the function sends: notifications, dead letters and reminders."""

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from handler.aws.errors import translated
from handler.contract import LogEvent
from handler.events.notices import ObjectCreated, to_message
from handler.model.errors import Rejected, Retryable

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

logger = logging.getLogger(__name__)

_MAX_ATTRIBUTE_BYTES = 256


class SnsNotifier:
    """`Notifier` on an SNS topic. Subscribers can filter by the attribute `status`."""

    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def publish(self, message: Mapping[str, object]) -> None:
        with translated():
            self._client.publish(
                TopicArn=self._topic_arn,
                Message=json.dumps(message),
                MessageAttributes={
                    "status": {"DataType": "String", "StringValue": str(message["status"])}
                },
            )


class NoNotifier:
    """`Notifier` where there is no topic: nobody is told."""

    def publish(self, message: Mapping[str, object]) -> None:
        facts = {"id": message["id"], "status": message["status"]}
        logger.debug(LogEvent.NOT_PUBLISHED, extra=facts)


class LogNotifier:
    """`Notifier` where there is neither topic nor table: the log is all that keeps the facts."""

    def publish(self, message: Mapping[str, object]) -> None:
        logger.info(LogEvent.DESCRIBED, extra={"key": message["key"], "record": message})


class SqsDeadLetters:
    """`DeadLetters` on an SQS queue, with reason and detail as message attributes."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def forward(self, body: str, rejection: Rejected) -> None:
        detail = rejection.detail.encode()[:_MAX_ATTRIBUTE_BYTES].decode(errors="ignore")
        with translated():
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=body,
                MessageAttributes={
                    "reason": {"DataType": "String", "StringValue": rejection.reason},
                    "detail": {"DataType": "String", "StringValue": detail},
                },
            )


class LogDeadLetters:
    """`DeadLetters` where there is no queue for them: the log is all that is left of them."""

    def forward(self, body: str, rejection: Rejected) -> None:
        logger.error(
            LogEvent.REJECTED_WITHOUT_DEAD_LETTER_QUEUE,
            extra={
                "reason": rejection.reason.value,
                "detail": rejection.detail,
                "body_bytes": len(body.encode()),
            },
        )


class SqsSelfQueue:
    """`SelfQueue` on the queue that feeds the function.

    Args:
        delay_seconds: At least the function's time limit, at which Lambda ends every attempt; 0-900
            as SQS has it, and 900 is also Lambda's longest time limit.
    """

    def __init__(self, client: "SQSClient", queue_url: str, delay_seconds: int) -> None:
        self._client = client
        self._queue_url = queue_url
        self._delay_seconds = delay_seconds

    def defer(self, source: ObjectCreated) -> None:
        with translated():
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=to_message(source),
                DelaySeconds=self._delay_seconds,
            )

    def repeat(self, body: str) -> None:
        with translated():
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)


class NoSelfQueue:
    """`SelfQueue` where there is no queue: Lambda delivers the event itself again, in a minute."""

    def defer(self, source: ObjectCreated) -> None:
        raise Retryable(f"another attempt at {source.key} may be alive")

    def repeat(self, body: str) -> None:
        raise Retryable(f"there is no queue for a message of {len(body)} characters")
