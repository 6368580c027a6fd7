"""Payloads of every source are parsed into S3 events, and a malformed record affects no other."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handler.events.parsing import queue_messages, read_body, read_notification
from handler.events.s3_events import (
    MalformedEvent,
    ObjectCreated,
    ObjectRemoved,
    S3Event,
    to_message,
)
from handler.model.errors import Reason
from tests.handler.payloads import notification, s3_record, sqs_event


def keys_of(events: list[S3Event]) -> list[str | None]:
    return [event.key if isinstance(event, ObjectCreated) else None for event in events]


def test_all_facts_of_an_s3_record_are_read() -> None:
    record = s3_record("a/photo.jpg", version_id="v7", size=1024)
    assert read_notification(notification(record)) == [
        ObjectCreated(
            bucket="uploads",
            key="a/photo.jpg",
            version_id="v7",
            size_bytes=1024,
            event_time=datetime(2026, 11, 21, 8, 4, 33, tzinfo=UTC),
            s3_record=record,
        )
    ]


@pytest.mark.parametrize("version_id", ["", "null"])
def test_without_versioning_each_upload_of_a_key_has_its_own_version_id(version_id: str) -> None:
    record = s3_record("a.jpg", version_id=version_id)
    etag, sequencer = "d41d8cd98f00b204e9800998ecf8427e", "0055AED6DCD90281E5"
    stored = {"key": "a.jpg", "version-id": version_id, "etag": etag, "sequencer": sequencer}
    bridged = {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": "uploads"}, "object": stored},
    }
    for payload in (notification(record), bridged):
        (source,) = read_notification(payload)
        assert isinstance(source, ObjectCreated)
        assert source.version_id == f"null:{etag}:{sequencer}"
        assert read_body(to_message(source)) == [
            replace(source, s3_record=json.loads(to_message(source))["Records"][0])
        ], "the version id is kept in messages that the function sends itself"


def test_bucket_and_key_are_enough() -> None:
    by_hand = {"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": "test-image.jpg"}}}]}
    (source,) = read_notification(by_hand)
    assert isinstance(source, ObjectCreated)
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
def test_all_events_of_created_objects_are_read(name: str) -> None:
    record = {**s3_record("a.jpg"), "eventName": f"ObjectCreated:{name}"}
    assert keys_of(read_notification(notification(record))) == ["a.jpg"]


@pytest.mark.parametrize(
    "name",
    [
        "ObjectRemoved:Delete",
        "s3:ObjectRemoved:DeleteMarkerCreated",
        "LifecycleExpiration:DeleteMarkerCreated",
    ],
)
def test_all_events_of_removed_objects_are_read(name: str) -> None:
    record = {**s3_record("a b.jpg"), "eventName": name}
    removal = ObjectRemoved(bucket="uploads", key="a b.jpg")
    assert read_notification(notification(record)) == [removal]


@pytest.mark.parametrize("name", ["ObjectRestore:Post", "s3:ObjectTagging:Put"])
def test_other_events_are_ignored(name: str) -> None:
    record = {**s3_record("a.jpg"), "eventName": name}
    assert read_notification(notification(record)) == []


def test_the_event_of_a_scheduled_run_is_ignored() -> None:
    assert read_body("{}") == []


def test_our_own_message_is_parsed_back_into_the_same_event() -> None:
    source = ObjectCreated(
        bucket="uploads",
        key="a b+%🐈.jpg",
        version_id="v1",
        size_bytes=9,
        event_time=datetime(2026, 11, 21, 8, 4, 33, 123456, tzinfo=UTC),
        again=True,
        was_rejected=True,
        waited_for="message/request",
        deferrals=2,
    )
    body = to_message(source)
    assert read_body(body) == [replace(source, s3_record=json.loads(body)["Records"][0])]


def test_folder_markers_are_ignored() -> None:
    assert read_notification(notification(s3_record("folder/"))) == []


def test_the_test_event_of_s3_is_skipped() -> None:
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
def test_all_minor_event_versions_are_accepted(version: str) -> None:
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
def test_a_malformed_record_does_not_affect_the_others(record: object) -> None:
    first, second = read_notification({"Records": [record, s3_record("good.jpg")]})
    assert isinstance(first, MalformedEvent)
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
        '"Records"',
        '{"Records": {}}',
        "[" * 100_000,
        '{"Type": "Notification", "Message": "{}"}',
    ],
)
def test_a_body_that_is_not_a_notification_is_kept_unchanged(body: str) -> None:
    (event,) = read_body(body)
    assert isinstance(event, MalformedEvent)
    assert event.rejection.reason is Reason.MALFORMED_EVENT
    assert event.body.replace(" ", "") == body.replace(" ", "")


@pytest.mark.parametrize(
    "time", ["yesterday", "", 5, None, "9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+23:00"]
)
def test_an_invalid_event_time_is_unknown(time: object) -> None:
    (source,) = read_notification(notification({**s3_record("a.jpg"), "eventTime": time}))
    assert isinstance(source, ObjectCreated)
    assert source.event_time is None


def test_queue_messages_are_distinguished_from_notifications() -> None:
    messages = queue_messages(sqs_event("one", "two"))
    assert messages is not None
    assert [(message.message_id, message.body) for message in messages] == [
        ("m0", "one"),
        ("m1", "two"),
    ]
    assert queue_messages(notification(s3_record("a.jpg"))) is None
    assert queue_messages({}) is None
