"""Events that another service has wrapped, and those about restored objects, are read."""

import json
from dataclasses import replace

import pytest

from handler.events.parsing import read_body, read_notification
from handler.events.s3_events import (
    MalformedEvent,
    ObjectCreated,
    to_message,
)
from handler.model.errors import Reason
from tests.handler.payloads import notification, s3_record


def test_an_event_is_read_from_the_failure_record_of_lambda() -> None:
    """The record follows the Lambda guide, "Retaining records of asynchronous invocations"."""
    event = notification(s3_record("a.jpg"))
    failed = {"version": "1.0", "requestContext": {}, "requestPayload": event}
    assert read_notification(failed) == read_notification(event)
    assert read_notification({"requestPayload": failed}) == read_notification(event)


def by_sns(message: str) -> dict[str, str]:
    """The body that SNS sends to a queue: SNS guide, "Fanout to Amazon SQS queues"."""
    return {
        "Type": "Notification",
        "MessageId": "dc1e94d9-56c5-5e96-808d-cc7f68faa162",
        "TopicArn": "arn:aws:sns:us-east-2:111122223333:ExampleTopic1",
        "Subject": "Amazon S3 Notification",
        "Message": message,
        "Timestamp": "2026-02-16T21:41:19.978Z",
        "SignatureVersion": "1",
        "Signature": "FMG5tlZhJNHLHUXvZgtZzlk24FzVa7oX0T4P03neeXw8",
    }


def test_an_event_by_way_of_sns_is_read_wrapped_and_raw() -> None:
    event = notification(s3_record("a b.jpg"))
    wrapped = by_sns(json.dumps(event))
    to_function = {"Records": [{"EventSource": "aws:sns", "Sns": wrapped}]}
    for payload in (event, wrapped, to_function, {"requestPayload": to_function}):
        assert read_body(json.dumps(payload)) == read_notification(event)
    assert read_notification(by_sns(json.dumps({"Event": "s3:TestEvent"}))) == []


@pytest.mark.parametrize("message", ["hello", "", "[]", "7", json.dumps(by_sns("hello"))])
def test_what_sns_wraps_is_malformed_if_it_is_no_event(message: str) -> None:
    (event,) = read_notification(by_sns(message))
    assert isinstance(event, MalformedEvent)
    assert event.rejection.reason is Reason.MALFORMED_EVENT


def test_a_restored_object_is_read_and_its_time_is_not_that_of_the_upload() -> None:
    record = {**s3_record("a.jpg", version_id="v7"), "eventName": "ObjectRestore:Completed"}
    bridged = {
        "source": "aws.s3",
        "detail-type": "Object Restore Completed",
        "detail": {"bucket": {"name": "uploads"}, "object": {"key": "a.jpg", "version-id": "v7"}},
    }
    for payload in (notification(record), bridged):
        (source,) = read_notification(payload)
        assert isinstance(source, ObjectCreated)
        assert (source.key, source.version_id) == ("a.jpg", "v7")
        assert (source.was_restored, source.event_time) == (True, None)
        assert read_body(to_message(source)) == [
            replace(source, s3_record=json.loads(to_message(source))["Records"][0])
        ]
