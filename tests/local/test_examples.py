"""Proves that each stack file in examples/ behaves like the system that it rebuilds.

The tests check the variants and their keys, the records, the messages, and the handling of bad
images.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml
from boto3.dynamodb.types import TypeDeserializer

from infra.functions.packaging import build_layer
from local import ROOT
from local.clients import Clients
from local.existing import create_existing
from local.stack import LocalStack, machine_config
from tests.local.pipe import FINAL, log_entries, receive_all, subscribe, variant, wait_for
from tests.local.sources import SOURCES

MACHINE_OPTIONS = ("aws:region", "imagepipe:runtime", "imagepipe:architecture")
"""Options of a stack file that the emulator takes from this machine instead."""

GOOD, BAD = SOURCES["plain.jpg"], SOURCES["text.jpg"]


@pytest.fixture(scope="session")
def example(deployed: Callable[..., LocalStack]) -> Callable[..., LocalStack]:
    """Deploy a stack file by its name, with the options that a user must add."""

    def deploy(name: str, **added: object) -> LocalStack:
        return deployed(**options_of(name) | added)

    return deploy


def options_of(name: str) -> dict[str, object]:
    """Return the options of a stack file that do not depend on the machine."""
    text = (ROOT / "examples" / f"Pulumi.{name}.yaml").read_text(encoding="utf-8")
    config: Mapping[str, object] = yaml.safe_load(text)["config"]
    chosen = {key: value for key, value in config.items() if key not in MACHINE_OPTIONS}
    return {key.removeprefix("imagepipe:"): value for key, value in chosen.items()}


def upload(local_stack: LocalStack, key: str, data: bytes) -> None:
    local_stack.clients.s3.put_object(
        Bucket=local_stack.outputs["uploadBucketName"], Key=key, Body=data
    )


def keys_in(local_stack: LocalStack, bucket: str) -> list[str]:
    listed = local_stack.clients.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return sorted(each.get("Key", "") for each in listed)


def records(local_stack: LocalStack) -> dict[str, dict[str, Any]]:
    """Return the records by key, as each key is uploaded once."""
    plain = TypeDeserializer()
    items = local_stack.clients.dynamodb.scan(TableName=local_stack.outputs["tableName"])["Items"]
    rows = [{name: plain.deserialize(value) for name, value in item.items()} for item in items]
    return {row["key"]: row for row in rows}


def wait_for_records(local_stack: LocalStack, *keys: str) -> dict[str, dict[str, Any]]:
    def are_final() -> bool:
        found = records(local_stack)
        return all(found.get(key, {}).get("status") in FINAL for key in keys)

    wait_for(are_final, f"final records of {keys}", local_stack.emulator)
    return records(local_stack)


def upload_and_wait(
    local_stack: LocalStack, key: str, data: bytes, message: str
) -> Mapping[str, Any]:
    """Upload, and return the log entry about it, for stacks without records."""
    upload(local_stack, key, data)

    def said() -> list[dict[str, Any]]:
        entries = log_entries(local_stack)
        return [each for each in entries if (each.get("key"), each["message"]) == (key, message)]

    wait_for(lambda: bool(said()), f"{message} of {key} in the log", local_stack.emulator)
    return said()[0]


def test_the_ledger_records_and_publishes_uploads_and_leaves_the_bucket_unchanged(
    example: Callable[..., LocalStack],
) -> None:
    local_stack = example(
        "upload-ledger", notificationEmail="a@example.com", alarmEmail="a@example.com"
    )
    mailbox = subscribe(local_stack)
    uploads = {"a b.jpg": GOOD, "c.JPG": GOOD, "d.gif": GOOD, "e.jpeg": GOOD, "f.png": BAD}
    for key, data in uploads.items():
        upload(local_stack, key, data)
    found = wait_for_records(local_stack, "a b.jpg", "e.jpeg", "f.png")
    # .JPG and .gif are not among its three suffixes, which are case-sensitive.
    assert {key: row["status"] for key, row in found.items()} == {
        "a b.jpg": "processed",
        "e.jpeg": "processed",
        "f.png": "rejected",
    }
    assert found["a b.jpg"]["source"]["width"] == 400
    assert found["f.png"]["reason"] == "not-an-image"
    assert keys_in(local_stack, local_stack.outputs["uploadBucketName"]) == sorted(uploads)
    published: set[str] = set()

    def are_published() -> bool:
        published.update(
            json.loads(message["Body"])["key"] for message in receive_all(local_stack, mailbox)
        )
        return published == set(found)

    wait_for(are_published, "a message about each", local_stack.emulator)
    mails = local_stack.clients.sns.list_subscriptions_by_topic(
        TopicArn=local_stack.outputs["topicArn"]
    )
    assert ("email", "a@example.com") in [
        (each.get("Protocol"), each.get("Endpoint")) for each in mails["Subscriptions"]
    ]
    assert not {"deadLetterQueueUrl", "rejectedQueueUrl"} & set(local_stack.outputs)
    assert "processedBucketName" not in local_stack.outputs or (
        local_stack.outputs["processedBucketName"] == local_stack.outputs["uploadBucketName"]
    )


@pytest.fixture(scope="module")
def existing(clients: Clients, local_stack: LocalStack) -> Mapping[str, object]:
    """The resources that the stack file for resizing in place names as existing."""
    config = machine_config(local_stack.emulator)
    layer = build_layer(
        runtime=str(config["imagepipe:runtime"]),
        architecture=str(config["imagepipe:architecture"]),
        build_dir=ROOT / "build",
    )
    return create_existing(clients, options_of("resize-in-place"), layer=layer)


def test_resizing_in_place_uses_existing_resources_and_writes_to_the_upload_bucket(
    example: Callable[..., LocalStack], existing: Mapping[str, object]
) -> None:
    local_stack = example("resize-in-place", **existing)
    upload(local_stack, "uploads/some folder/a.jpg", SOURCES["plain.jpg"])
    upload(local_stack, "uploads/text.jpg", BAD)
    upload(local_stack, "elsewhere/a.jpg", GOOD)
    found = wait_for_records(local_stack, "uploads/some folder/a.jpg", "uploads/text.jpg")
    assert {key: row["status"] for key, row in found.items()} == {
        "uploads/some folder/a.jpg": "processed",
        "uploads/text.jpg": "rejected",
    }
    assert keys_in(local_stack, "your-media") == [
        "elsewhere/a.jpg",
        "processed/some folder/a_resized.jpg",
        *("uploads/some folder/a.jpg", "uploads/text.jpg"),
    ]
    # 400 x 200 is smaller than the width, and is not enlarged.
    assert variant(local_stack, "processed/some folder/a_resized.jpg").size == (400, 200)
    (event,) = receive_all(local_stack, local_stack.outputs["rejectedQueueUrl"])
    assert event["MessageAttributes"]["reason"]["StringValue"] == "not-an-image"
    assert "topicArn" not in local_stack.outputs


def test_the_extractor_logs_metadata_and_rejects_files_that_are_no_image(
    example: Callable[..., LocalStack],
) -> None:
    local_stack = example("metadata-extractor")
    source = upload_and_wait(local_stack, "photos/a b.jpg", GOOD, "described")["record"]["source"]
    assert (source["format"], source["width"], source["height"]) == ("JPEG", 400, 200)
    rejected = upload_and_wait(local_stack, "text.jpg", BAD, "described")["record"]
    assert rejected["reason"] == "not-an-image"
    assert keys_in(local_stack, local_stack.outputs["uploadBucketName"]) == [
        "photos/a b.jpg",
        "text.jpg",
    ]
    events = receive_all(local_stack, local_stack.outputs["rejectedQueueUrl"])
    reasons = {each["MessageAttributes"]["reason"]["StringValue"] for each in events}
    assert reasons == {"not-an-image"}
    assert not {"tableName", "topicArn"} & set(local_stack.outputs)


@pytest.mark.parametrize(
    ("name", "thumbnail"), [("five-variants", (150, 75)), ("throwaway-variants", (300, 150))]
)
def test_five_variants_are_written_to_the_second_bucket_without_any_message(
    example: Callable[..., LocalStack], name: str, thumbnail: tuple[int, int]
) -> None:
    local_stack = example(name)
    assert (
        upload_and_wait(local_stack, "some folder/photo.jpg", GOOD, "finished")["status"]
        == "processed"
    )
    assert upload_and_wait(local_stack, "text.jpg", BAD, "finished")["reason"] == "not-an-image"
    assert keys_in(local_stack, local_stack.outputs["processedBucketName"]) == [
        "some folder/photo_compressed.jpg",
        "some folder/photo_converted.png",
        "some folder/photo_converted.webp",
        "some folder/photo_low_quality.jpg",
        "some folder/photo_thumbnail.jpg",
    ]
    # 400 x 200 within the box
    assert variant(local_stack, "some folder/photo_thumbnail.jpg").size == thumbnail
    assert variant(local_stack, "some folder/photo_converted.png").size == (400, 200)
    assert not {"tableName", "topicArn", "deadLetterQueueUrl"} & set(local_stack.outputs)
    kept = local_stack.clients.s3.list_object_versions(
        Bucket=local_stack.outputs["uploadBucketName"]
    )
    versions = {each.get("VersionId") for each in kept.get("Versions", [])}
    assert (versions == {"null"}) is (name == "throwaway-variants")
