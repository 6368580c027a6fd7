"""What is asked of AWS, call by call, and what its answers become.

Stubs check each request against botocore's models. That the conditions mean what they should, and
that the role allows each call, is shown on the emulator by tests/local.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Literal, cast

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from handler.aws import (
    DynamoDbCatalog,
    LogDeadLetters,
    S3ObjectStore,
    SnsNotifier,
    SqsDeadLetters,
    connect,
)
from handler.errors import Reason, Rejected, Retryable, SourceGone
from handler.ports import ObjectFacts
from tests.handler.fakes import make_settings

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

TIME = datetime(2026, 11, 21, tzinfo=UTC)
FACTS = {
    "ContentLength": 4,
    "ContentType": "image/jpeg",
    "ETag": '"e"',
    "LastModified": TIME,
    "VersionId": "v1",
}
REJECTION = Rejected(Reason.DAMAGED, "å" * 200)
RECORD: Mapping[str, object] = {
    "image_id": "uploads/a.jpg",
    "version_id": "v1",
    "status": "processed",
    "recipe": "r1",
    "source": {"exif": {"ExposureTime": 0.1, "ISOSpeedRatings": 100}},
    "variants": [{"name": "a"}],
}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep boto3 from looking for an account."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")


def client(service: Literal["s3", "dynamodb", "sns", "sqs"]) -> object:
    # boto3.client is overloaded for all of AWS, and not all of its stubs are installed.
    return boto3.client(service)  # pyright: ignore[reportUnknownMemberType]


@pytest.fixture
def s3() -> "S3Client":
    return cast("S3Client", client("s3"))


@pytest.fixture
def dynamodb() -> "DynamoDBClient":
    return cast("DynamoDBClient", client("dynamodb"))


def body(content: bytes) -> StreamingBody:
    return StreamingBody(BytesIO(content), len(content))


@pytest.mark.parametrize("version", [{}, {"VersionId": "v1"}])
def test_an_object_is_read_with_what_is_known_of_it(
    s3: "S3Client", version: dict[str, str]
) -> None:
    with Stubber(s3) as stub:
        request = {"Bucket": "b", "Key": "k", **version}
        stub.add_response("get_object", {**FACTS, "Body": body(b"data")}, request)
        stored = S3ObjectStore(s3).get("b", "k", version.get("VersionId"), 4)
    assert stored.data == b"data"
    assert stored.facts == ObjectFacts(
        version_id="v1", size_bytes=4, content_type="image/jpeg", etag="e", last_modified=TIME
    )


@pytest.mark.parametrize(
    ("length", "reason"), [(0, Reason.EMPTY), (5, Reason.TOO_LARGE), (10**12, Reason.TOO_LARGE)]
)
def test_an_object_of_a_wrong_size_is_rejected_unread(
    s3: "S3Client", length: int, reason: Reason
) -> None:
    class Unreadable(BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    content = Unreadable()
    with Stubber(s3) as stub:
        response = {**FACTS, "ContentLength": length, "Body": StreamingBody(content, length)}
        stub.add_response("get_object", response)
        with pytest.raises(Rejected) as caught:
            S3ObjectStore(s3).get("b", "k", "v1", 4)
    assert caught.value.reason is reason
    assert content.closed


@pytest.mark.parametrize("content", [b"dat", b"x" * 1_000])
def test_a_body_of_another_length_than_it_said_is_tried_again(
    s3: "S3Client", content: bytes
) -> None:
    with Stubber(s3) as stub:
        stub.add_response("get_object", {**FACTS, "Body": StreamingBody(BytesIO(content), 4)})
        with pytest.raises(Retryable, match=r"b/k has 4 bytes, [39] were read"):
            S3ObjectStore(s3).get("b", "k", "v1", 8)


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed", "405"])
def test_a_missing_object_is_gone(s3: "S3Client", code: str) -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", code)
        stub.add_client_error("head_object", code)
        with pytest.raises(SourceGone):
            S3ObjectStore(s3).get("b", "k", "v1", 4)
        with pytest.raises(SourceGone):
            S3ObjectStore(s3).head("b", "k")


@pytest.mark.parametrize("code", ["AccessDenied", "SlowDown", "InternalError", "NoSuchBucket"])
def test_whatever_else_s3_refuses_is_tried_again(s3: "S3Client", code: str) -> None:
    with Stubber(s3) as stub:
        for operation in ("get_object", "head_object", "put_object"):
            stub.add_client_error(operation, code)
        with pytest.raises(Retryable, match=code):
            S3ObjectStore(s3).get("b", "k", "v1", 4)
        with pytest.raises(Retryable, match=code):
            S3ObjectStore(s3).head("b", "k")
        with pytest.raises(Retryable, match=code):
            S3ObjectStore(s3).put("b", "k", b"", "image/png")


def test_a_broken_connection_is_tried_again(s3: "S3Client") -> None:
    class Broken(BytesIO):
        def read(self, *_: object) -> bytes:
            raise ConnectTimeoutError(endpoint_url="https://s3")

    with Stubber(s3) as stub:
        stub.add_response("get_object", {**FACTS, "Body": StreamingBody(Broken(), 4)})
        with pytest.raises(Retryable, match="ConnectTimeoutError"):
            S3ObjectStore(s3).get("b", "k", "v1", 4)


def test_a_variant_is_stored_with_its_type(s3: "S3Client") -> None:
    request = {"Bucket": "b", "Key": "k", "Body": b"data", "ContentType": "image/png"}
    with Stubber(s3) as stub:
        stub.add_response("put_object", {}, request)
        S3ObjectStore(s3).put("b", "k", b"data", "image/png")
        stub.assert_no_pending_responses()


ITEM = {
    "image_id": {"S": "uploads/a.jpg"},
    "version_id": {"S": "v1"},
    "status": {"S": "processed"},
    "recipe": {"S": "r1"},
    "source": {
        "M": {"exif": {"M": {"ExposureTime": {"N": "0.1"}, "ISOSpeedRatings": {"N": "100"}}}}
    },
    "variants": {"L": [{"M": {"name": {"S": "a"}}}]},
}


@pytest.mark.parametrize(
    ("method", "condition"),
    [
        ("claim", "attribute_not_exists(image_id) OR #status = :processing OR recipe <> :recipe"),
        ("mark", "attribute_not_exists(image_id) OR (#status = :processing AND recipe = :recipe)"),
    ],
)
def test_a_record_is_written_on_condition(
    dynamodb: "DynamoDBClient", method: Literal["claim", "mark"], condition: str
) -> None:
    request = {
        "TableName": "images",
        "Item": ITEM,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {":processing": {"S": "processing"}, ":recipe": {"S": "r1"}},
    }
    catalog = DynamoDbCatalog(dynamodb, "images")
    write = catalog.claim if method == "claim" else catalog.mark
    with Stubber(dynamodb) as stub:
        stub.add_response("put_item", {}, request)
        assert write(RECORD) is True
        stub.add_client_error("put_item", "ConditionalCheckFailedException")
        assert write(RECORD) is False
        stub.add_client_error("put_item", "ProvisionedThroughputExceededException")
        with pytest.raises(Retryable):
            write(RECORD)


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
    dead_letters = SqsDeadLetters(sqs, "https://queue")
    with Stubber(sqs) as stub:
        stub.add_response("send_message", {"MessageId": "1"}, request)
        dead_letters.forward("{}", REJECTION)
        stub.add_client_error("send_message", "KmsThrottled")
        with pytest.raises(Retryable):
            dead_letters.forward("{}", REJECTION)


def test_without_a_queue_a_rejection_is_an_error_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    LogDeadLetters().forward("secret", REJECTION)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert vars(record)["reason"] == "damaged"
    assert "secret" not in str(vars(record))


def test_all_ports_are_connected() -> None:
    pipeline = connect(make_settings())
    assert isinstance(pipeline.objects, S3ObjectStore)
    assert isinstance(pipeline.dead_letters, LogDeadLetters)
    assert pipeline.clock().tzinfo is UTC
