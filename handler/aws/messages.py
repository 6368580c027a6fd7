"""Messages that the function sends: notifications, rejected and deferred events."""

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from handler.aws.errors import translated
from handler.contract import LogEvent
from handler.events.s3_events import ObjectCreated, to_message
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
    """`Notifier` without a topic: nothing is published."""

    def publish(self, message: Mapping[str, object]) -> None:
        facts = {"id": message["id"], "status": message["status"]}
        logger.debug(LogEvent.NOT_PUBLISHED, extra=facts)


class LogNotifier:
    """`Notifier` without topic and table: the record is only written to the log."""

    def publish(self, message: Mapping[str, object]) -> None:
        logger.info(LogEvent.DESCRIBED, extra={"key": message["key"], "record": message})


class SqsRejections:
    """`Rejections` on an SQS queue, with reason and detail as message attributes."""

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


class LogRejections:
    """`Rejections` without a queue: they are only written to the log."""

    def forward(self, body: str, rejection: Rejected) -> None:
        logger.error(
            LogEvent.REJECTED_WITHOUT_QUEUE,
            extra={
                "reason": rejection.reason.value,
                "detail": rejection.detail,
                "body_bytes": len(body.encode()),
            },
        )


class SqsSelfQueue:
    """`SelfQueue` on the queue that feeds the function.

    Args:
        delay_seconds: At least the function's timeout, at which Lambda ends every attempt. The
            range of SQS is 0-900, and 900 is also the longest timeout of Lambda.
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

    def resend(self, body: str) -> None:
        with translated():
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=body)


class NoSelfQueue:
    """`SelfQueue` without a queue: fails, so that Lambda retries the event after a minute."""

    def defer(self, source: ObjectCreated) -> None:
        raise Retryable(f"another attempt at {source.key} may be running")

    def resend(self, body: str) -> None:
        raise Retryable(f"no queue to send a message of {len(body)} characters to")
