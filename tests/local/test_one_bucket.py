"""One bucket for uploads and variants is no loop, even if its owner sends all of its events."""

import json
from collections.abc import Callable

import pytest

from local.twin import Twin
from tests.handler.fakes import notification, s3_record
from tests.local.pipe import drain, log_entries, object_versions, put, wait_for, wait_for_final
from tests.local.sources import SOURCES

OUTPUTS = ("compressed.jpg", "converted.png", "converted.webp", "low_quality.jpg", "thumbnail.jpg")
IN_BUCKET = sorted(
    [
        *(f"{folder}{name}.jpg" for name in "ab" for folder in ("uploads/some folder/",)),
        *(f"processed/some folder/{name}_{output}" for name in "ab" for output in OUTPUTS),
    ]
)


def put_two(twin: Twin) -> None:
    """One after the other: events of the first one's outputs would come before the second one."""
    for name in "ab":
        key = f"uploads/some folder/{name}.jpg"
        version_id = put(twin, key, SOURCES["plain.jpg"])
        assert wait_for_final(twin, key, version_id)["status"] == "processed"


@pytest.mark.parametrize("trigger", ["sqs", "eventbridge", "s3"])
def test_exactly_the_variants_come_out_and_the_function_hears_nothing_of_them(
    deployed: Callable[..., Twin], trigger: str
) -> None:
    twin = deployed(layout="one-bucket", trigger=trigger)
    put_two(twin)
    if "queueUrl" in twin.outputs:
        drain(twin)
    assert sorted(key for key, _ in object_versions(twin, "")) == IN_BUCKET
    said = [entry["message"] for entry in log_entries(twin) if "key" in entry]
    assert said == ["finished", "finished"]


def test_events_of_everything_in_the_bucket_are_told_apart_by_the_handler(
    deployed: Callable[..., Twin],
) -> None:
    twin = deployed(layout="one-bucket")
    bucket, queue = twin.outputs["uploadBucketName"], twin.outputs["queueArn"]
    twin.clients.s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    put(twin, "elsewhere/a.jpg", SOURCES["plain.jpg"])
    put_two(twin)
    by_hand = s3_record("processed/some folder/b_thumbnail.jpg", bucket=bucket)
    twin.clients.sqs.send_message(
        QueueUrl=twin.outputs["queueUrl"], MessageBody=json.dumps(notification(by_hand))
    )

    def said(message: str) -> list[str]:
        return [entry["key"] for entry in log_entries(twin) if entry["message"] == message]

    wait_for(lambda: len(said("refused-own-output")) == 11, "the last of 2 x 5 + 1 refusals")
    drain(twin)
    assert said("ignored-outside-prefix") == ["elsewhere/a.jpg"]
    assert sorted(key for key, _ in object_versions(twin, "")) == ["elsewhere/a.jpg", *IN_BUCKET]
