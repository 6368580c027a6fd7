"""Proves that the deployed handler records, publishes, rejects and ignores as documented."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from local.stack import LocalStack
from tests.local.pipe import (
    Sent,
    drain,
    object_versions,
    put,
    read_item,
    receive_all,
    variant,
    wait_for,
    wait_for_final,
)
from tests.local.sources import REASONS, SOURCES


@pytest.mark.parametrize(("key", "reason"), REASONS.items())
def test_a_bad_image_is_recorded_and_once_among_the_rejected_uploads_with_its_reason(
    sent: Mapping[str, Sent], rejected: Sequence[Mapping[str, Any]], key: str, reason: str
) -> None:
    item = sent[key].item
    assert (item["status"], item["reason"]) == ("rejected", reason)
    events = [each for each in rejected if key_in(each["Body"]) == key]
    assert len(events) == 1
    attributes = events[0]["MessageAttributes"]
    assert attributes["reason"]["StringValue"] == reason
    assert attributes["detail"]["StringValue"]


def key_in(body: str) -> str:
    return json.loads(body)["Records"][0]["s3"]["object"]["key"]


def test_only_bad_images_are_rejected_and_none_is_a_dead_letter(
    local_stack: LocalStack, rejected: Sequence[Mapping[str, Any]]
) -> None:
    assert sorted(key_in(each["Body"]) for each in rejected) == sorted(REASONS)
    assert not receive_all(local_stack, local_stack.outputs["deadLetterQueueUrl"])


def test_a_rejected_upload_is_processed_again_once_its_event_is_back_in_the_queue(
    deployed: Callable[..., LocalStack],
) -> None:
    local_stack = deployed(maxSourceBytes=100)
    clients, outputs = local_stack.clients, local_stack.outputs
    version_id = put(local_stack, "plain.jpg", SOURCES["plain.jpg"])
    assert wait_for_final(local_stack, "plain.jpg", version_id)["reason"] == "too-large"
    (event,) = receive_all(local_stack, outputs["rejectedQueueUrl"])
    found = clients.lambda_.get_function_configuration(FunctionName=outputs["functionName"])
    variables = found.get("Environment", {}).get("Variables", {})
    clients.lambda_.update_function_configuration(
        FunctionName=outputs["functionName"],
        Environment={"Variables": {**variables, "MAX_SOURCE_BYTES": "1000000"}},
    )
    clients.sqs.send_message(QueueUrl=outputs["queueUrl"], MessageBody=event["Body"])
    wait_for(
        lambda: read_item(local_stack, "plain.jpg", version_id)["status"] == "processed",
        "the upload processed again",
        local_stack.emulator,
    )
    for queue in ("rejectedQueueUrl", "deadLetterQueueUrl"):
        assert not receive_all(local_stack, outputs[queue])


def test_one_message_per_image_is_published_with_the_status_of_its_record(
    sent: Mapping[str, Sent],
) -> None:
    for key, one in sent.items():
        assert [message["status"] for message in one.messages] == [one.item["status"]], key
        assert one.messages[0]["key"] == key


def test_a_duplicate_event_changes_nothing(
    local_stack: LocalStack, sent: Mapping[str, Sent]
) -> None:
    one = sent["plain.jpg"]
    before = object_versions(local_stack, "plain_")
    local_stack.clients.sqs.send_message(
        QueueUrl=local_stack.outputs["queueUrl"],
        MessageBody=notification(local_stack, "plain.jpg", one.version_id),
    )
    drain(local_stack)
    assert object_versions(local_stack, "plain_") == before
    assert read_item(local_stack, "plain.jpg", one.version_id) == one.item
    assert not receive_all(local_stack, local_stack.outputs["deadLetterQueueUrl"])


def notification(local_stack: LocalStack, key: str, version_id: str) -> str:
    """Return a message in S3's format:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    s3 = {
        "bucket": {"name": local_stack.outputs["uploadBucketName"]},
        "object": {
            "key": key,
            "size": 1,
            "versionId": version_id,
            "sequencer": "0055AED6DCD90281E5",
        },
    }
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": s3,
    }
    return json.dumps({"Records": [record]})


def test_s3_test_events_are_acknowledged(local_stack: LocalStack) -> None:
    event = {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Bucket": local_stack.outputs["uploadBucketName"],
    }
    local_stack.clients.sqs.send_message(
        QueueUrl=local_stack.outputs["queueUrl"], MessageBody=json.dumps(event)
    )
    drain(local_stack)
    assert not receive_all(local_stack, local_stack.outputs["deadLetterQueueUrl"])


def test_a_direct_invocation_takes_the_same_payload(deployed: Callable[..., LocalStack]) -> None:
    local_stack = deployed()
    bucket = local_stack.outputs["uploadBucketName"]
    local_stack.clients.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={}
    )
    version_id = local_stack.clients.s3.put_object(
        Bucket=bucket, Key="a b.jpg", Body=SOURCES["plain.jpg"]
    )["VersionId"]
    payload = {"Records": [{"s3": {"bucket": {"name": bucket}, "object": {"key": "a+b.jpg"}}}]}
    answer = local_stack.clients.lambda_.invoke(
        FunctionName=local_stack.outputs["functionName"], Payload=json.dumps(payload).encode()
    )
    result = json.loads(answer["Payload"].read())["results"][0]
    assert (result["key"], result["status"], result["version_id"]) == (
        "a b.jpg",
        "processed",
        version_id,
    )
    assert variant(local_stack, "a b_thumbnail.jpg").size == (150, 75)


def test_uploads_between_two_times_are_found_by_one_query(
    local_stack: LocalStack, sent: Mapping[str, Sent]
) -> None:
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    answer = local_stack.clients.dynamodb.query(
        TableName=local_stack.outputs["tableName"],
        IndexName="by-uploaded",
        KeyConditionExpression="uploaded_day = :day AND uploaded_at BETWEEN :start AND :end",
        ExpressionAttributeValues={
            ":day": {"S": day},
            ":start": {"S": sent["x/same.jpg"].item["uploaded_at"]},
            ":end": {"S": sent["x/same"].item["uploaded_at"]},
        },
    )
    keys = {item["key"].get("S") for item in answer["Items"]}
    assert keys >= {"x/same.jpg", "x/same.JPG", "x/same.png", "y/same.jpg", "x/same"}
    assert "empty.jpg" not in keys


def test_the_function_logs_json_lines_with_the_outcome_of_each_image(
    local_stack: LocalStack, sent: Mapping[str, Sent]
) -> None:
    assert sent
    events = local_stack.clients.logs.filter_log_events(
        logGroupName=local_stack.outputs["logGroupName"]
    )["events"]
    own = [event.get("message", "") for event in events]
    lines = [json.loads(line) for line in own if not line.startswith(("START", "END", "REPORT"))]
    finished = [line for line in lines if line.get("message") == "finished"]
    # Other tests send to this stack too.
    outcomes = {line["key"]: line["status"] for line in finished if line["key"] in sent}
    assert outcomes == {key: one.item["status"] for key, one in sent.items()}
