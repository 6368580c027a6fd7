"""Responses to Lambda, and the independence of messages and records from each other."""

import json
import logging
from collections.abc import Generator, Mapping
from io import BytesIO

import pytest
from PIL import ExifTags, Image

from handler.app import RESERVE_MS, answer, cold_start, lambda_handler
from handler.config.environment import SettingsError
from handler.model.errors import Retryable
from simulation.aws.errors import refusal
from tests.handler.config.test_settings import ENVIRONMENT
from tests.handler.payloads import FakeContext, notification, s3_record, sqs_event
from tests.handler.pictures import BLUE, RED, blocks, encode
from tests.handler.world import World

OURS = (
    "handler.app",
    "handler.events.parsing",
    "handler.delivery.dispatch",
    "handler.delivery.publish",
)
PHOTO = encode(blocks([[RED, BLUE]]), "JPEG")
THROTTLED = refusal("ThrottlingException", "any")
TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "uploads"}


def failures_of(world: World, *bodies: object, context: FakeContext | None = None) -> list[str]:
    response = answer(sqs_event(*bodies), context or FakeContext(), world.services)
    assert list(response) == ["batchItemFailures"]
    failures = json.loads(json.dumps(response["batchItemFailures"]))
    return [failure["itemIdentifier"] for failure in failures]


def statuses(world: World) -> dict[str, object]:
    return {str(item["key"]): item["status"] for item in world.records.values()}


def test_a_batch_without_failures_has_an_empty_list() -> None:
    world = World()
    assert failures_of(world, notification(world.upload("a.jpg", PHOTO)), TEST_EVENT) == []
    assert statuses(world) == {"a.jpg": "processed"}


def test_a_redriven_run_of_the_reconciler_is_acknowledged_with_a_line_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    world = World()
    # Lambda sends the event itself to a function's dead-letter queue, and the schedule's is {}.
    assert failures_of(world, {}) == []
    assert (world.rejections, world.records, world.published) == ([], {}, [])
    assert [line.getMessage() for line in caplog.records if line.name in OURS] == [
        "ignored-scheduled-run"
    ]


def test_bad_messages_do_not_affect_others_and_are_not_delivered_again() -> None:
    world = World()
    good = [notification(world.upload(f"{name}.jpg", PHOTO)) for name in "ab"]
    bad = notification(world.upload("bad.jpg", b"hello"))
    assert failures_of(world, good[0], "not JSON", bad, {"Records": [None]}, good[1]) == []
    assert statuses(world) == {"a.jpg": "processed", "b.jpg": "processed", "bad.jpg": "rejected"}
    assert [reason for _, reason in world.rejections] == ["not-an-image"]
    assert world.dead_reasons == ["malformed-event"] * 2


@pytest.mark.parametrize("error", [THROTTLED, KeyError("a defect")])
def test_only_the_message_that_failed_is_delivered_again(error: Exception) -> None:
    world = World()
    bodies = [notification(world.upload(f"{name}.jpg", PHOTO)) for name in "abc"]
    world.faults.error = error
    world.faults.at_call = 11 + 4  # eleven calls per image: a put of the second image
    assert failures_of(world, *bodies) == ["m1"]
    assert statuses(world) == {"a.jpg": "processed", "b.jpg": "processing", "c.jpg": "processed"}
    assert failures_of(world, TEST_EVENT, bodies[1]) == []  # delivered again as message m1
    assert statuses(world)["b.jpg"] == "processed"


def test_a_message_fails_if_any_of_its_records_fails_and_the_others_are_processed() -> None:
    world = World()
    both = notification(world.upload("a.jpg", PHOTO), world.upload("b.jpg", PHOTO))
    world.faults.error, world.faults.at_call = THROTTLED, 1
    assert failures_of(world, both) == ["m0"]
    assert statuses(world) == {"b.jpg": "processed"}
    assert failures_of(world, both) == []
    assert statuses(world) == {"a.jpg": "processed", "b.jpg": "processed"}


def test_messages_are_returned_to_the_queue_when_time_is_short() -> None:
    world = World()
    bodies = [notification(world.upload(f"{name}.jpg", PHOTO)) for name in "abcd"]
    context = FakeContext([RESERVE_MS, RESERVE_MS - 1])
    assert failures_of(world, *bodies, context=context) == ["m2", "m3"]
    assert statuses(world) == {"a.jpg": "processed", "b.jpg": "processed"}


def test_a_message_returned_before_is_sent_again_as_a_new_one_unless_that_fails() -> None:
    world = World()
    bodies = [notification(world.upload(f"{name}.jpg", PHOTO)) for name in "abc"]
    world.faults.at_call, world.faults.error = 12, THROTTLED
    event, context = sqs_event(*bodies, deliveries=2), FakeContext([RESERVE_MS - 1])
    assert answer(event, context, world.services) == {
        "batchItemFailures": [{"itemIdentifier": "m1"}]
    }
    assert world.queued == [json.dumps(bodies[2])]


def test_the_first_message_is_always_processed() -> None:
    world = World()
    body = notification(world.upload("a.jpg", PHOTO))
    assert failures_of(world, body, context=FakeContext([5])) == []
    assert statuses(world) == {"a.jpg": "processed"}


def test_a_direct_notification_is_answered_with_one_outcome_per_object() -> None:
    world = World()
    records: list[Mapping[str, object]] = [
        world.upload("a b+c.jpg", PHOTO),
        world.upload("bad.jpg", b"hello"),
        {**s3_record("removed.jpg"), "eventName": "ObjectRemoved:Delete"},
        s3_record("loop.jpg", bucket="processed"),
        {"s3": {}},
    ]
    assert answer(notification(*records), FakeContext(), world.services) == {
        "results": [
            {"key": "a b+c.jpg", "version_id": "v1", "status": "processed", "reason": None},
            {
                "key": "bad.jpg",
                "version_id": "v2",
                "status": "rejected",
                "reason": "not-an-image",
            },
            {"key": "removed.jpg", "version_id": None, "status": "ignored", "reason": None},
            {"key": "loop.jpg", "version_id": "v1", "status": "refused", "reason": None},
            {"key": None, "version_id": None, "status": "rejected", "reason": "malformed-event"},
        ]
    }


def test_a_direct_notification_is_retried_as_a_whole_and_repeats_no_work() -> None:
    world = World()
    event = notification(world.upload("a.jpg", PHOTO), world.upload("b.jpg", PHOTO))
    world.faults.error, world.faults.at_call = THROTTLED, 1
    with pytest.raises(Retryable, match="1 of 2 objects"):
        answer(event, FakeContext(), world.services)
    response = answer(event, FakeContext(), world.services)
    results = json.loads(json.dumps(response))["results"]
    assert [result["status"] for result in results] == ["processed", "duplicate"]


def test_a_direct_test_event_is_acknowledged() -> None:
    assert answer(TEST_EVENT, FakeContext(), World().services) == {"results": []}


def test_logs_contain_outcomes_but_no_content_from_users(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "secret"
    output = BytesIO()
    Image.new("L", (1, 1)).save(output, "JPEG", exif=exif, comment=b"secret")
    world = World()
    photo = world.upload("a.jpg", output.getvalue())
    failures_of(world, notification(photo), TEST_EVENT, "secret body")
    assert json.loads(json.dumps(world.published))[0]["source"]["exif"]["Make"] == "secret"
    messages = [record.getMessage() for record in caplog.records if record.name in OURS]
    assert messages == ["finished", "test-event", "turned-away"]
    assert "secret" not in str([vars(record) for record in caplog.records])


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Set the environment of a cold start, and restore logging afterwards."""
    variables = {**ENVIRONMENT, "LOG_LEVEL": "DEBUG", "AWS_DEFAULT_REGION": "eu-north-1"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers = handlers
    logging.getLogger("handler").setLevel(logging.NOTSET)
    cold_start.cache_clear()


@pytest.mark.usefixtures("environment")
def test_a_cold_start_connects_once_and_logs_lines_of_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert lambda_handler(TEST_EVENT, FakeContext()) == {"results": []}
    assert cold_start() is cold_start()
    line = json.loads(capsys.readouterr().out)
    assert (line["levelname"], line["name"], line["message"]) == (
        "INFO",
        "handler.events.parsing",
        "test-event",
    )


@pytest.mark.usefixtures("environment")
def test_the_log_level_applies_to_our_code_and_not_to_libraries() -> None:
    cold_start()
    levels = {name: logging.getLogger(name).getEffectiveLevel() for name in ("handler.app", "PIL")}
    assert levels == {"handler.app": logging.DEBUG, "PIL": logging.WARNING}


def test_an_invalid_environment_fails_the_invocation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UPLOAD_BUCKET", raising=False)
    with pytest.raises(SettingsError, match="UPLOAD_BUCKET is missing"):
        lambda_handler(TEST_EVENT, FakeContext())
