"""Requests that send messages; stubs check each one against botocore's models."""

import logging
from typing import TYPE_CHECKING, Literal, cast

import boto3
import pytest
from botocore.stub import Stubber

from handler.aws.messages import (
    LogNotifier,
    LogRejections,
    NoNotifier,
    NoSelfQueue,
    SnsNotifier,
    SqsRejections,
    SqsSelfQueue,
)
from handler.events.parsing import read_body
from handler.events.s3_events import ObjectCreated
from handler.model.errors import Reason, Rejected, Retryable

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

pytestmark = pytest.mark.usefixtures("credentials")

REJECTION = Rejected(Reason.DAMAGED, "å" * 200)


def client(service: Literal["sns", "sqs"]) -> object:
    # boto3.client is overloaded for all of AWS, and not all of its stubs are installed.
    return boto3.client(service)  # pyright: ignore[reportUnknownMemberType]


def test_a_message_is_published_with_its_status_as_attribute() -> None:
    sns = cast("SNSClient", client("sns"))
    topic_arn = "arn:aws:sns:eu-north-1:123456789012:images"
    request = {
        "TopicArn": topic_arn,
        "Message": '{"id": "1", "status": "processed", "key": "\\ud83d\\udc08.jpg"}',
        "MessageAttributes": {"status": {"DataType": "String", "StringValue": "processed"}},
    }
    notifier = SnsNotifier(sns, topic_arn)
    message = {"id": "1", "status": "processed", "key": "🐈.jpg"}
    with Stubber(sns) as stub:
        stub.add_response("publish", {"MessageId": "1"}, request)
        notifier.publish(message)
        stub.add_client_error("publish", "Throttled")
        with pytest.raises(Retryable):
            notifier.publish(message)


def test_without_a_topic_nothing_is_published_and_nothing_fails() -> None:
    NoNotifier().publish({"id": "1", "status": "processed"})


def test_a_rejected_event_is_forwarded_with_its_reason() -> None:
    sqs = cast("SQSClient", client("sqs"))
    request = {
        "QueueUrl": "https://queue",
        "MessageBody": "{}",
        "MessageAttributes": {
            "reason": {"DataType": "String", "StringValue": "damaged"},
            "detail": {"DataType": "String", "StringValue": "å" * 128},  # 256 bytes
        },
    }
    rejections = SqsRejections(sqs, "https://queue")
    with Stubber(sqs) as stub:
        stub.add_response("send_message", {"MessageId": "1"}, request)
        rejections.forward("{}", REJECTION)
        stub.add_client_error("send_message", "KmsThrottled")
        with pytest.raises(Retryable):
            rejections.forward("{}", REJECTION)


def test_without_a_queue_for_it_a_rejection_is_logged_as_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    LogRejections().forward("secret", REJECTION)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert vars(record)["reason"] == "damaged"
    assert "secret" not in str(vars(record))


def test_a_deferred_message_is_delayed_and_parsed_back_as_an_event() -> None:
    sqs = cast("SQSClient", client("sqs"))
    source = ObjectCreated(bucket="b", key="a b.jpg", version_id="v1", waited_for="m/r")
    sent: list[str] = []

    def note(params: dict[str, object], **_: object) -> None:
        assert (params["QueueUrl"], params["DelaySeconds"]) == ("https://queue", 180)
        sent.append(str(params["MessageBody"]))

    sqs.meta.events.register("provide-client-params.sqs.SendMessage", note)
    with Stubber(sqs) as stub:
        stub.add_response("send_message", {"MessageId": "1"})
        SqsSelfQueue(sqs, "https://queue", 180).defer(source)
    (read,) = read_body(sent[0])
    assert isinstance(read, ObjectCreated)
    assert (read.key, read.version_id, read.waited_for) == ("a b.jpg", "v1", "m/r")


def test_without_a_queue_the_event_itself_is_retried() -> None:
    with pytest.raises(Retryable, match="another attempt at k"):
        NoSelfQueue().defer(ObjectCreated(bucket="b", key="k"))


def test_the_log_has_all_facts_without_topic_and_table(caplog: pytest.LogCaptureFixture) -> None:
    message = {"id": "1", "key": "a.jpg", "status": "processed", "source": {"width": 400}}
    with caplog.at_level("INFO", "handler"):
        LogNotifier().publish(message)
    (line,) = caplog.records
    assert (line.message, vars(line)["key"], vars(line)["record"]) == (
        "described",
        "a.jpg",
        message,
    )
