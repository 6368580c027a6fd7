"""Events of every source give the same notices, and no payload can stop the others."""

import json
from datetime import UTC, datetime

import pytest

from handler.errors import Reason
from handler.events import (
    Notice,
    SourceObject,
    Unreadable,
    queue_messages,
    read_body,
    read_notification,
)
from tests.handler.fakes import notification, s3_record, sqs_event


def keys_of(notices: list[Notice]) -> list[str | None]:
    return [notice.key if isinstance(notice, SourceObject) else None for notice in notices]


def test_all_facts_of_an_s3_record_are_read() -> None:
    record = s3_record("a/photo.jpg", version_id="v7", size=1024)
    assert read_notification(notification(record)) == [
        SourceObject(
            bucket="uploads",
            key="a/photo.jpg",
            version_id="v7",
            size_bytes=1024,
            sequencer="0055AED6DCD90281E5",
            event_time=datetime(2026, 11, 21, 8, 4, 33, tzinfo=UTC),
            notification=json.dumps({"Records": [record]}),
        )
    ]


def test_bucket_and_key_are_enough() -> None:
    by_hand = {"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "test-image.jpg"}}}]}
    (source,) = read_notification(by_hand)
    assert isinstance(source, SourceObject)
    assert (source.bucket, source.key) == ("b", "test-image.jpg")
    assert (source.version_id, source.size_bytes, source.event_time) == (None, None, None)


@pytest.mark.parametrize(
    ("encoded", "key"),
    [
        ("red+flower.jpg", "red flower.jpg"),  # the example of the S3 user guide
        ("1%2B1.jpg", "1+1.jpg"),
        ("100%25.jpg", "100%.jpg"),
        ("a%2520b.jpg", "a%20b.jpg"),
        ("folder/%C3%A5%C3%A9.jpg", "folder/åé.jpg"),
        ("%F0%9F%90%88.jpg", "🐈.jpg"),
        ("a%0Ab.jpg", "a\nb.jpg"),
        ("../up.jpg", "../up.jpg"),
    ],
)
def test_keys_are_decoded_once(encoded: str, key: str) -> None:
    record = {"s3": {"bucket": {"name": "b"}, "object": {"key": encoded}}}
    assert keys_of(read_notification(notification(record))) == [key]


@pytest.mark.parametrize("name", ["Put", "Post", "Copy", "CompleteMultipartUpload"])
def test_every_way_of_creating_an_object_counts(name: str) -> None:
    record = {**s3_record("a.jpg"), "eventName": f"ObjectCreated:{name}"}
    assert keys_of(read_notification(notification(record))) == ["a.jpg"]


@pytest.mark.parametrize(
    "name", ["ObjectRemoved:Delete", "ObjectRestore:Post", "s3:ObjectRemoved:DeleteMarkerCreated"]
)
def test_other_events_are_ignored(name: str) -> None:
    record = {**s3_record("a.jpg"), "eventName": name}
    assert read_notification(notification(record)) == []


def test_folder_markers_are_ignored() -> None:
    assert read_notification(notification(s3_record("folder/"))) == []


def test_the_test_event_is_no_notice() -> None:
    test_event = {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "2014-10-13T15:57:02.089Z",
        "Bucket": "uploads",
        "RequestId": "5582815E1AEA5ADF",
        "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR",
    }
    assert read_body(json.dumps(test_event)) == []


@pytest.mark.parametrize("version", ["2.0", "2.2", "2.99"])
def test_minor_versions_are_all_known(version: str) -> None:
    record = {**s3_record("a.jpg"), "eventVersion": version}
    assert keys_of(read_notification(notification(record))) == ["a.jpg"]


@pytest.mark.parametrize(
    "record",
    [
        {**s3_record("a.jpg"), "eventVersion": "3.0"},
        {**s3_record("a.jpg"), "s3": None},
        {"s3": {"bucket": {"name": "b"}}},
        {"s3": {"bucket": {"name": "b"}, "object": {"key": 5}}},
        {"s3": {"bucket": {"name": "b"}, "object": {"key": ""}}},
        {"s3": {"bucket": {"name": "b"}, "object": {"key": "%FF.jpg"}}},
        {"s3": {"bucket": {"name": "b"}, "object": {"key": "\ud800.jpg"}}},
        {"s3": {"bucket": {"name": "b"}, "object": {"key": "x" * 1025}}},
        {"s3": {"bucket": {"name": ""}, "object": {"key": "a.jpg"}}},
        "record",
        None,
        [],
    ],
)
def test_a_record_that_cannot_be_read_does_not_hide_its_neighbours(record: object) -> None:
    first, second = read_notification({"Records": [record, s3_record("good.jpg")]})
    assert isinstance(first, Unreadable)
    assert first.rejection.reason is Reason.MALFORMED_EVENT
    assert json.loads(first.body) == {"Records": [record]}
    assert keys_of([second]) == ["good.jpg"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "null",
        "[]",
        "{}",
        '"Records"',
        '{"Records": {}}',
        "[" * 100_000,
        '{"Type": "Notification", "Message": "{}"}',
    ],
)
def test_a_body_that_is_no_notification_is_kept_as_it_is(body: str) -> None:
    (notice,) = read_body(body)
    assert isinstance(notice, Unreadable)
    assert notice.rejection.reason is Reason.MALFORMED_EVENT
    assert notice.body.replace(" ", "") == body.replace(" ", "")


@pytest.mark.parametrize(
    "time", ["yesterday", "", 5, None, "9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+23:00"]
)
def test_a_time_that_cannot_be_read_is_unknown(time: object) -> None:
    (source,) = read_notification(notification({**s3_record("a.jpg"), "eventTime": time}))
    assert isinstance(source, SourceObject)
    assert source.event_time is None


def test_queue_messages_are_told_from_notifications() -> None:
    messages = queue_messages(sqs_event("one", "two"))
    assert messages is not None
    assert [(message.message_id, message.body) for message in messages] == [
        ("m0", "one"),
        ("m1", "two"),
    ]
    assert queue_messages(notification(s3_record("a.jpg"))) is None
    assert queue_messages({}) is None
