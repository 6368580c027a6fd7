"""Requests that requeue uploads; stubs check each one against botocore's models."""

from typing import TYPE_CHECKING, Any, Literal, cast

import boto3
import pytest
from botocore.stub import Stubber

from handler.aws.requeue import LambdaRequeue, SqsRequeue
from handler.events.parsing import read_body
from handler.events.s3_events import ObjectCreated, to_message
from handler.model.errors import Retryable

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient
    from types_boto3_sqs import SQSClient

pytestmark = pytest.mark.usefixtures("credentials")

SOURCES = [
    ObjectCreated(bucket="b", key="a b.jpg", version_id="v1"),
    ObjectCreated(bucket="b", key="c.jpg", version_id="v2", waited_for="m/r"),
]
ARN = "arn:aws:lambda:eu-north-1:123456789012:function:f:live"


def client(service: Literal["sqs", "lambda"]) -> object:
    # boto3.client is overloaded for all of AWS, and not all of its stubs are installed.
    return boto3.client(service)  # pyright: ignore[reportUnknownMemberType]


def failed(number: str) -> dict[str, object]:
    return {"Id": number, "SenderFault": False, "Code": "InternalError"}


def test_messages_are_sent_in_a_batch_and_failed_ones_again() -> None:
    sqs = cast("SQSClient", client("sqs"))
    sent: list[list[Any]] = []

    def note(params: Any, **_: object) -> None:
        sent.append(params["Entries"])

    sqs.meta.events.register("provide-client-params.sqs.SendMessageBatch", note)
    with Stubber(sqs) as stub:
        stub.add_response("send_message_batch", {"Successful": [], "Failed": [failed("1")]})
        stub.add_response("send_message_batch", {"Successful": [], "Failed": []})
        SqsRequeue(sqs, "https://queue", 180).send(SOURCES)
    assert [[entry["Id"] for entry in entries] for entries in sent] == [["0", "1"], ["1"]]
    # One that waits for an attempt is delivered after that attempt has ended.
    assert [entry["DelaySeconds"] for entry in sent[0]] == [0, 180]
    reads = [read_body(entry["MessageBody"])[0] for entry in sent[0]]
    assert [(each.key, each.version_id) for each in reads if isinstance(each, ObjectCreated)] == [
        ("a b.jpg", "v1"),
        ("c.jpg", "v2"),
    ]


def test_messages_that_cannot_be_sent_are_reported() -> None:
    sqs = cast("SQSClient", client("sqs"))
    with Stubber(sqs) as stub:
        for _ in range(3):
            stub.add_response("send_message_batch", {"Successful": [], "Failed": [failed("0")]})
        with pytest.raises(Retryable, match="1 of 2"):
            SqsRequeue(sqs, "https://queue", 180).send(SOURCES)


def test_waiting_messages_are_counted() -> None:
    sqs = cast("SQSClient", client("sqs"))
    name = "ApproximateNumberOfMessages"
    with Stubber(sqs) as stub:
        stub.add_response(
            "get_queue_attributes",
            {"Attributes": {name: "7"}},
            {"QueueUrl": "https://queue", "AttributeNames": [name]},
        )
        assert SqsRequeue(sqs, "https://queue", 180).waiting() == 7


def test_without_a_queue_the_function_is_invoked_as_by_s3() -> None:
    function = cast("LambdaClient", client("lambda"))
    payload = to_message(SOURCES[0]).encode()
    expected = {"FunctionName": ARN, "InvocationType": "Event", "Payload": payload}
    with Stubber(function) as stub:
        stub.add_response("invoke", {"StatusCode": 202}, expected)
        requeue = LambdaRequeue(function, ARN)
        requeue.send(SOURCES[:1])
        assert requeue.waiting() == 0
        stub.add_client_error("invoke", "TooManyRequestsException")
        with pytest.raises(Retryable):
            requeue.send(SOURCES[:1])
