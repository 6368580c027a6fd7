"""Proves that images are processed, and bad ones rejected, with each of the main options.

tests/infra shows which resources an option changes; these tests show that the result works.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from local.stack import LocalStack
from tests.handler.payloads import notification, s3_record
from tests.local.pipe import (
    drain,
    flush_log,
    log_entries,
    object_versions,
    put,
    receive_all,
    send,
    subscribe,
    variant,
    wait_for,
    wait_for_final,
)
from tests.local.sources import SOURCES

OPTIONS: Mapping[str, Mapping[str, object]] = {
    "through EventBridge": {"trigger": "eventbridge"},
    "straight from S3": {"trigger": "s3"},
    "with warm environments": {"provisionedConcurrency": 1},
    "with key, alarms, dashboard, access logs and tracing": {
        "enableKms": True,
        "enableAlarms": True,
        "enableDashboard": True,
        "enableAccessLogs": True,
        "enableXray": True,
    },
}


@pytest.fixture(scope="module", params=OPTIONS)
def configured(request: pytest.FixtureRequest, deployed: Callable[..., LocalStack]) -> LocalStack:
    return deployed(**OPTIONS[request.param])


def test_a_good_image_is_processed(configured: LocalStack) -> None:
    version_id = put(configured, "some folder/50%+tax.jpg", SOURCES["plain.jpg"])
    record = wait_for_final(configured, "some folder/50%+tax.jpg", version_id)
    assert record["status"] == "processed"
    # 400 x 200 within a box of 150 x 150
    assert variant(configured, "some folder/50%+tax_thumbnail.jpg").size == (150, 75)


def test_a_bad_image_is_recorded_and_once_among_the_rejected_uploads_with_its_reason(
    configured: LocalStack,
) -> None:
    version_id = put(configured, "text.jpg", SOURCES["text.jpg"])
    assert wait_for_final(configured, "text.jpg", version_id)["reason"] == "not-an-image"
    messages = receive_all(configured, configured.outputs["rejectedQueueUrl"])
    reasons = [message["MessageAttributes"]["reason"]["StringValue"] for message in messages]
    assert reasons == ["not-an-image"]
    assert not receive_all(configured, configured.outputs["deadLetterQueueUrl"])


def test_an_existing_layer_works_in_another_stack_with_text_logs(
    deployed: Callable[..., LocalStack], local_stack: LocalStack
) -> None:
    function = local_stack.clients.lambda_.get_function(
        FunctionName=local_stack.outputs["functionName"]
    )
    (layer,) = function["Configuration"].get("Layers", [])
    other = deployed(existingLayerArn=layer.get("Arn"), logFormat="text")
    version_id = put(other, "a b.jpg", SOURCES["plain.jpg"])
    assert wait_for_final(other, "a b.jpg", version_id)["status"] == "processed"
    flush_log(other)
    lines = other.function_log_tail()
    assert f'INFO finished key="a b.jpg" version_id={version_id} status=processed' in lines


def test_filters_pass_only_matching_keys(deployed: Callable[..., LocalStack]) -> None:
    local_stack = deployed(keyPrefixes=["in/", "new año=1/"], keySuffixes=[".jpg"])
    put(local_stack, "out/a.jpg", SOURCES["plain.jpg"])
    special_id = put(local_stack, "new año=1/b c.jpg", SOURCES["plain.jpg"])
    assert wait_for_final(local_stack, "new año=1/b c.jpg", special_id)["status"] == "processed"
    put(local_stack, "in/a.png", SOURCES["plain.jpg"])
    version_id = put(local_stack, "in/a.jpg", SOURCES["plain.jpg"])
    assert wait_for_final(local_stack, "in/a.jpg", version_id)["status"] == "processed"
    records = local_stack.clients.dynamodb.scan(TableName=local_stack.outputs["tableName"])["Items"]
    keys = {record["key"].get("S") for record in records}
    assert keys == {"in/a.jpg", "new año=1/b c.jpg"}


def test_without_variants_an_upload_is_recorded_and_published_and_nothing_is_written(
    deployed: Callable[..., LocalStack],
) -> None:
    local_stack = deployed(variants=[], metadataDepth="full")
    sent = send(local_stack, {"a.jpg": SOURCES["plain.jpg"]})["a.jpg"]
    assert (sent.item["status"], sent.item["variants"]) == ("processed", [])
    assert (sent.item["source"]["width"], sent.item["source"]["height"]) == (400, 200)
    assert {"thumbhash", "dominant_colours", "sha256"} <= set(sent.item["source"])
    assert [message["variants"] for message in sent.messages] == [[]]
    assert object_versions(local_stack, "") == []


def test_without_variants_and_full_metadata_only_the_header_is_read(
    deployed: Callable[..., LocalStack],
) -> None:
    local_stack = deployed(variants=[], maxSourceBytes=20_000_000)
    large = SOURCES["plain.jpg"] + bytes(10_000_000)
    version_id = put(local_stack, "a.jpg", large)
    source = wait_for_final(local_stack, "a.jpg", version_id)["source"]
    assert (source["size_bytes"], source["width"], source["height"]) == (len(large), 400, 200)
    assert not {"thumbhash", "dominant_colours", "sha256"} & set(source)


def test_without_notifications_an_upload_is_processed_and_recorded(
    deployed: Callable[..., LocalStack],
) -> None:
    local_stack = deployed(enableNotifications=False)
    version_id = put(local_stack, "a.jpg", SOURCES["plain.jpg"])
    assert wait_for_final(local_stack, "a.jpg", version_id)["status"] == "processed"
    assert variant(local_stack, "a_thumbnail.jpg").size == (150, 75)
    topics = local_stack.clients.sns.list_topics()["Topics"]
    suffix = local_stack.outputs["tableName"].rpartition("-")[2]
    assert [topic for topic in topics if suffix in topic.get("TopicArn", "")] == []


def test_metadata_of_a_whole_bucket_is_recorded_and_nothing_is_written_to_it(
    deployed: Callable[..., LocalStack],
) -> None:
    local_stack = deployed(layout="one-bucket", variants=[], uploadPrefix="")
    version_id = put(local_stack, "anywhere/a.jpg", SOURCES["plain.jpg"])
    record = wait_for_final(local_stack, "anywhere/a.jpg", version_id)
    assert (record["status"], record["variants"]) == ("processed", [])
    drain(local_stack)
    assert object_versions(local_stack, "") == [("anywhere/a.jpg", version_id)]


def test_without_records_uploads_are_processed_published_and_rejected(
    deployed: Callable[..., LocalStack],
) -> None:
    local_stack = deployed(enableRecords=False)
    mailbox = subscribe(local_stack)
    for key in ("plain.jpg", "text.jpg"):
        put(local_stack, key, SOURCES[key])
    wait_for(lambda: len(_finished(local_stack)) == 2, "end of two uploads", local_stack.emulator)
    again = s3_record(
        "plain.jpg",
        bucket=local_stack.outputs["uploadBucketName"],
        version_id=_finished(local_stack)["plain.jpg"]["version_id"],
    )
    before = object_versions(local_stack, "plain_thumbnail")
    local_stack.clients.sqs.send_message(
        QueueUrl=local_stack.outputs["queueUrl"], MessageBody=json.dumps(notification(again))
    )
    wait_for(
        lambda: len(object_versions(local_stack, "plain_thumbnail")) == 2,
        "the same once more",
        local_stack.emulator,
    )
    drain(local_stack)
    assert len(before) == 1
    assert variant(local_stack, "plain_thumbnail.jpg").size == (150, 75)
    assert object_versions(local_stack, "text") == []
    messages = [json.loads(message["Body"]) for message in receive_all(local_stack, mailbox)]
    published = sorted((message["key"], message["status"]) for message in messages)
    assert published == [*[("plain.jpg", "processed")] * 2, ("text.jpg", "rejected")]
    assert len({message["id"] for message in messages}) == 2
    (event,) = receive_all(local_stack, local_stack.outputs["rejectedQueueUrl"])
    assert event["MessageAttributes"]["reason"]["StringValue"] == "not-an-image"


def test_variants_are_written_without_queue_records_and_notifications(
    deployed: Callable[..., LocalStack],
) -> None:
    local_stack = deployed(enableRecords=False, enableNotifications=False, trigger="s3")
    put(local_stack, "plain.jpg", SOURCES["plain.jpg"])
    wait_for(
        lambda: "plain.jpg" in _finished(local_stack), "end of the upload", local_stack.emulator
    )
    assert variant(local_stack, "plain_thumbnail.jpg").size == (150, 75)
    assert not {"tableName", "topicName", "queueName"} & local_stack.outputs.keys()


def _finished(local_stack: LocalStack) -> dict[str, dict[str, Any]]:
    """Return the log entries of finished uploads by key."""
    entries = [entry for entry in log_entries(local_stack) if entry["message"] == "finished"]
    return {entry["key"]: entry for entry in entries}
