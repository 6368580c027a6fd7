"""Proves that one bucket for uploads and variants causes no loop, even with all its events."""

import json
from collections.abc import Callable

import pytest

from local.stack import LocalStack
from tests.handler.payloads import notification, s3_record
from tests.local.pipe import drain, log_entries, object_versions, put, wait_for, wait_for_final
from tests.local.sources import SOURCES

OUTPUTS = ("compressed.jpg", "converted.png", "converted.webp", "low_quality.jpg", "thumbnail.jpg")
IN_BUCKET = sorted(
    [
        *(f"{folder}{name}.jpg" for name in "ab" for folder in ("uploads/some folder/",)),
        *(f"processed/some folder/{name}_{output}" for name in "ab" for output in OUTPUTS),
    ]
)


def put_two(local_stack: LocalStack) -> None:
    """Upload in sequence, so that events of the first outputs would arrive before the second."""
    for name in "ab":
        key = f"uploads/some folder/{name}.jpg"
        version_id = put(local_stack, key, SOURCES["plain.jpg"])
        assert wait_for_final(local_stack, key, version_id)["status"] == "processed"


@pytest.mark.parametrize("trigger", ["sqs", "eventbridge", "s3"])
def test_only_the_variants_are_written_and_they_cause_no_event(
    deployed: Callable[..., LocalStack], trigger: str
) -> None:
    local_stack = deployed(layout="one-bucket", trigger=trigger)
    put_two(local_stack)
    if "queueUrl" in local_stack.outputs:
        drain(local_stack)
    assert sorted(key for key, _ in object_versions(local_stack, "")) == IN_BUCKET
    said = [entry["message"] for entry in log_entries(local_stack) if "key" in entry]
    assert said == ["finished", "finished"]


def test_the_handler_ignores_events_of_its_own_outputs_and_of_other_prefixes(
    deployed: Callable[..., LocalStack],
) -> None:
    local_stack = deployed(layout="one-bucket")
    bucket, queue = local_stack.outputs["uploadBucketName"], local_stack.outputs["queueArn"]
    local_stack.clients.s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    put(local_stack, "elsewhere/a.jpg", SOURCES["plain.jpg"])
    put_two(local_stack)
    by_hand = s3_record("processed/some folder/b_thumbnail.jpg", bucket=bucket)
    local_stack.clients.sqs.send_message(
        QueueUrl=local_stack.outputs["queueUrl"], MessageBody=json.dumps(notification(by_hand))
    )

    def said(message: str) -> list[str]:
        return [entry["key"] for entry in log_entries(local_stack) if entry["message"] == message]

    wait_for(
        lambda: len(said("refused-own-output")) == 11,
        "the last of 2 x 5 + 1 refusals",
        local_stack.emulator,
    )
    drain(local_stack)
    assert said("ignored-outside-prefix") == ["elsewhere/a.jpg"]
    assert sorted(key for key, _ in object_versions(local_stack, "")) == [
        "elsewhere/a.jpg",
        *IN_BUCKET,
    ]
