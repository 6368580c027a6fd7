"""EventBridge events are parsed into the same S3 events as notifications."""

from datetime import UTC, datetime

import pytest

from handler.events.parsing import read_body, read_notification
from handler.events.s3_events import (
    ObjectCreated,
    ObjectRemoved,
    to_notification,
)


def eventbridge_event(detail_type: str, key: str) -> dict[str, object]:
    """Return an event from the S3 user guide, "EventBridge event message structure"."""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": detail_type,
        "source": "aws.s3",
        "account": "111122223333",
        "time": "2021-11-12T00:00:00Z",
        "region": "ca-central-1",
        "resources": ["arn:aws:s3:::amzn-s3-demo-bucket1"],
        "detail": {
            "version": "0",
            "bucket": {"name": "uploads"},
            "object": {
                "key": key,
                "size": 5,
                "etag": "b1946ac92492d2347c6235b4d2611184",
                "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
                "sequencer": "617f08299329d189",
            },
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "123456789012",
            "source-ip-address": "1.2.3.4",
            "reason": "PutObject",
        },
    }


@pytest.mark.parametrize("key", ["red+flower 100%25.jpg", "åé🐈\n.jpg", "a/b.jpg"])
def test_eventbridge_events_have_the_same_facts_with_unencoded_keys(key: str) -> None:
    (source,) = read_notification(eventbridge_event("Object Created", key))
    assert isinstance(source, ObjectCreated)
    assert (source.bucket, source.key, source.size_bytes) == ("uploads", key, 5)
    assert source.version_id == "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e"
    assert source.event_time == datetime(2021, 11, 12, tzinfo=UTC)
    assert read_body(to_notification(source.s3_record)) == [source]


def test_eventbridge_events_about_removals_are_read_and_others_ignored() -> None:
    removal = ObjectRemoved(bucket="uploads", key="a b.jpg")
    assert read_notification(eventbridge_event("Object Deleted", "a b.jpg")) == [removal]
    assert read_notification(eventbridge_event("Object Tags Added", "a b.jpg")) == []
    assert read_notification(eventbridge_event("Object Created", "folder/")) == []
