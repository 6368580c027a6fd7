"""Events of rejected uploads that are returned to the upload queue."""

import json
from dataclasses import replace

import pytest

from handler.events.parsing import read_body
from handler.events.s3_events import Attempt, ObjectCreated, to_rejected
from handler.model.errors import Reason, Rejected
from tests.handler.faults import Killed
from tests.handler.payloads import notification, s3_record
from tests.handler.running import OTHER, PHOTO, run
from tests.handler.world import World

REDRIVEN = Attempt(message_id="redriven", request_id="request")
DEFERRED = Attempt(message_id="deferred", request_id="request")


def rejected(world: World) -> dict[str, object]:
    """Return the event of a healthy upload that a defect of the function rejected."""

    def reject(*_: object, **__: object) -> object:
        raise Rejected(Reason.DAMAGED, "a parser with a defect")

    record = world.upload("photo.jpg", PHOTO)
    faulty = replace(world.services, transform=reject)  # pyright: ignore[reportArgumentType]
    assert run(faulty, record).status == "rejected"
    ((body, _),) = world.rejections
    return json.loads(body)["Records"][0]


def test_a_redriven_upload_is_processed_once_the_cause_is_fixed() -> None:
    world = World()
    event = rejected(world)
    assert run(world.services, event, OTHER).status == "processed"
    clean = World()
    run(clean.services, clean.upload("photo.jpg", PHOTO))
    assert world.variants == clean.variants
    assert [message["status"] for message in world.published] == ["rejected", "processed"]
    (row,) = world.records.values()
    assert (row["status"], "reason" in row) == ("processed", False)


def test_a_redriven_upload_that_is_rejected_again_returns_to_the_rejected_uploads() -> None:
    world = World()
    record = world.upload("notes.jpg", b"hello")
    run(world.services, record)
    ((first, _),) = world.rejections
    for deliveries in (2, 3):
        assert run(world.services, json.loads(first)["Records"][0], OTHER).status == "rejected"
        assert [body for body, _ in world.rejections] == [first] * deliveries


def test_the_event_itself_is_still_a_duplicate_after_a_rejection() -> None:
    world = World()
    record = world.upload("notes.jpg", b"hello")
    run(world.services, record)
    assert run(world.services, record, OTHER).status == "duplicate"
    assert len(world.rejections) == 1


def test_the_event_of_a_rejected_upload_is_its_notification_with_a_mark_that_is_read_back() -> None:
    record = s3_record("a b.jpg")
    (source,) = read_body(json.dumps(notification(record)))
    assert isinstance(source, ObjectCreated)
    body = to_rejected(source)
    assert json.loads(body) == {"Records": [{**record, "imagepipe": {"rejected": True}}]}
    for written in (body, to_rejected(replace(source, s3_record={}))):
        (read,) = read_body(written)
        assert isinstance(read, ObjectCreated)
        assert (read.key, read.again, read.was_rejected) == ("a b.jpg", True, True)


def test_a_redriven_upload_returns_to_the_rejected_uploads_once_even_if_it_defers_a_message() -> (
    None
):
    world = World()
    older = world.upload("notes.jpg", PHOTO)
    world.faults.at_call = 4  # the attempt at the older version leaves its token
    with pytest.raises(Killed):
        run(world.services, older)
    run(world.services, world.upload("notes.jpg", b"hello"), OTHER)
    ((first, _),) = world.rejections
    run(world.services, json.loads(first)["Records"][0], REDRIVEN)
    assert len(world.rejections) == 2
    *_, deferred = world.queued
    assert json.loads(deferred)["Records"][0]["imagepipe"]["waitedFor"] == REDRIVEN.token
    run(world.services, json.loads(deferred)["Records"][0], DEFERRED)
    assert len(world.rejections) == 2
    assert len(world.published) == 2


RESTORED = {"eventName": "ObjectRestore:Completed", "eventTime": "2026-12-01T00:00:00.000Z"}


def test_a_restored_upload_is_processed_if_it_was_rejected_and_never_again() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)

    def archived(*_: object, **__: object) -> object:
        raise Rejected(Reason.ARCHIVED, "it is archived")

    faulty = replace(world.services, transform=archived)  # pyright: ignore[reportArgumentType]
    assert run(faulty, record).status == "rejected"
    assert run(world.services, record, OTHER).status == "duplicate"
    assert run(world.services, {**record, **RESTORED}, OTHER).status == "processed"
    (row,) = world.records.values()
    assert str(row["uploaded_at"]) < "2026-12-01"
    assert run(world.services, {**record, **RESTORED}, REDRIVEN).status == "duplicate"
    assert [message["status"] for message in world.published] == ["rejected", "processed"]


def test_the_restoration_of_a_processed_upload_processes_nothing() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    assert run(world.services, record).status == "processed"
    assert run(world.services, {**record, **RESTORED}, OTHER).status == "duplicate"
