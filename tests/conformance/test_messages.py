"""Queues and topics, according to the documentation of Amazon SQS and Amazon SNS."""

from datetime import UTC, datetime
from typing import Any

from handler.aws.messages import SnsNotifier, SqsRejections, SqsSelfQueue
from handler.aws.requeue import SqsRequeue
from handler.events.s3_events import ObjectCreated
from handler.model.errors import Reason, Rejected
from tests.conformance.both import LONG_SECONDS, SHORT_SECONDS, Aws
from tests.conformance.calls import refused

SOURCE = ObjectCreated(
    bucket="uploads", key="a b+ü.jpg", version_id="v1", event_time=datetime(2026, 1, 1, tzinfo=UTC)
)


def send(aws: Aws, queue: str, body: str, **more: Any) -> Any:
    return aws.client("sqs").send_message(QueueUrl=queue, MessageBody=body, **more)


def waiting(aws: Aws, queue: str) -> int:
    return SqsRequeue(aws.client("sqs"), queue, 0).waiting()


def test_a_received_message_is_hidden(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    queue = aws.make_queue()
    assert send(aws, queue, "hello")["MessageId"]
    assert waiting(aws, queue) == 1
    (message,) = aws.receive(queue, wait=False)
    assert (message.body, message.receive_count) == ("hello", 1)
    assert aws.receive(queue, wait=False) == []
    assert waiting(aws, queue) == 0


def test_a_message_that_is_not_deleted_is_received_again_with_a_higher_count(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html"""
    queue = aws.make_queue(visibility_seconds=SHORT_SECONDS)
    for body in ("kept", "deleted"):
        send(aws, queue, body)
    received = {message.body: message for message in aws.receive(queue, wait=False)}
    aws.delete(queue, received["deleted"])
    (again,) = aws.receive(queue, wait=True)
    assert (again.body, again.receive_count) == ("kept", 2)


def test_a_message_received_too_often_moves_to_the_dead_letter_queue(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    queue, dead_letters = aws.make_queues(max_receive_count=2)
    SqsRejections(aws.client("sqs"), queue).forward("bad", Rejected(Reason.DAMAGED, "cut"))
    counts = [aws.receive(queue, wait=False)[0].receive_count for _ in range(2)]
    assert counts == [1, 2]
    assert aws.receive(queue, wait=False) == []
    (letter,) = aws.receive(dead_letters, wait=False)
    assert letter.body == "bad"
    assert letter.attributes == {"reason": "damaged", "detail": "cut"}


def test_a_delayed_message_is_not_visible_yet(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html"""
    queue = aws.make_queue()
    SqsSelfQueue(aws.client("sqs"), queue, LONG_SECONDS).defer(SOURCE)
    assert aws.receive(queue, wait=False) == []
    assert waiting(aws, queue) == 0


def test_a_delayed_message_becomes_visible(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html"""
    queue = aws.make_queue()
    SqsSelfQueue(aws.client("sqs"), queue, SHORT_SECONDS).defer(SOURCE)
    (message,) = aws.receive(queue, wait=True)
    assert message.receive_count == 1
    assert message.body


def test_a_delay_of_more_than_15_minutes_is_refused(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""
    queue = aws.make_queue()
    assert refused(send, aws, queue, "hello", DelaySeconds=901) == ("InvalidParameterValue", 400)


def test_a_message_attribute_must_not_be_empty(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
    """
    queue = aws.make_queue()
    empty = {"detail": {"DataType": "String", "StringValue": ""}}
    code, status = refused(send, aws, queue, "hello", MessageAttributes=empty)
    assert (code, status) == ("InvalidParameterValue", 400)


def test_a_batch_is_sent_as_separate_messages(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""
    queue = aws.make_queue()
    keys = [f"{number}.jpg" for number in range(10)]
    sources = [ObjectCreated(bucket="uploads", key=key, version_id="v1") for key in keys]
    SqsRequeue(aws.client("sqs"), queue, LONG_SECONDS).send(sources)
    assert waiting(aws, queue) == 10


def test_a_notification_reaches_a_subscriber(aws: Aws) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    message = {"id": "1", "status": "processed", "key": "a b+ü.jpg"}
    SnsNotifier(aws.client("sns"), aws.topic).publish(message)
    assert aws.notified() == [message]
