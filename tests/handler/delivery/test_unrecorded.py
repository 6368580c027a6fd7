"""Without records the newest version is processed, for any event and after any crash."""

from dataclasses import replace
from itertools import permutations
from typing import Literal

import pytest

from handler.delivery.unrecorded import MAX_PASSES
from handler.model.errors import Reason, Retryable
from tests.handler.deployment import PROCESSED, UPLOADS, make_settings
from tests.handler.faults import Killed
from tests.handler.pictures import RED, blocks, encode
from tests.handler.running import OTHER_PHOTO, PHOTO, run
from tests.handler.world import World

SETTINGS = replace(make_settings(), table_name=None)
TEXT = b"hello"
SMALL = encode(blocks([[RED]]), "PNG")
"""Takes fewer bytes than a JPEG of the same picture."""


def published(world: World) -> list[tuple[object, object]]:
    return [(message["version_id"], message["status"]) for message in world.published]


def made_of(data: bytes) -> dict[str, bytes]:
    world = World(SETTINGS)
    run(world.services, world.upload("photo.jpg", data))
    return world.variants


def test_an_upload_is_processed_and_published_and_no_record_is_written() -> None:
    world = World(SETTINGS)
    assert run(world.services, world.upload("photo.jpg", PHOTO)).status == "processed"
    assert world.faults.calls == [
        *("s3.head_object", "s3.get_object"),
        *["s3.put_object"] * 5,
        *("s3.head_object", "sns.publish"),
    ]
    assert published(world) == [("v1", "processed")]


def test_a_duplicate_is_processed_and_published_again_with_the_same_id() -> None:
    world = World(SETTINGS)
    record = world.upload("photo.jpg", PHOTO)
    run(world.services, record)
    before = world.variants
    assert run(world.services, record).status == "processed"
    assert world.variants == before
    assert len({message["id"] for message in world.published}) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_any_order_of_events_the_newest_version_is_stored(
    order: tuple[int, ...],
) -> None:
    world = World(SETTINGS)
    records = [world.upload("photo.jpg", data) for data in (PHOTO, TEXT, OTHER_PHOTO)]
    for index in order:
        run(world.services, records[index])
        assert world.variants == made_of(OTHER_PHOTO)
    assert sorted(published(world)) == [
        ("v1", "superseded"),
        ("v2", "superseded"),
        ("v3", "processed"),
    ]
    assert world.rejections == []


def test_a_rejected_upload_has_no_variants_and_is_forwarded_at_each_delivery_of_its_event() -> None:
    world = World(SETTINGS)
    healthy = world.upload("photo.jpg", PHOTO)
    run(world.services, healthy)
    bad = world.upload("photo.jpg", TEXT)
    for record in (bad, healthy, bad):
        run(world.services, record)
    assert world.variants == {}
    assert [reason for _, reason in world.rejections] == [Reason.NOT_AN_IMAGE] * 2
    assert all('"v2"' in body for body, _ in world.rejections)
    assert published(world) == [
        ("v1", "processed"),
        ("v2", "rejected"),
        ("v1", "superseded"),
        ("v2", "rejected"),
    ]


def test_variants_that_the_newest_version_does_not_have_are_deleted() -> None:
    specs: list[dict[str, str | int]] = [{"name": "a", "format": "jpeg", "skipIfLarger": True}]
    world = World(replace(make_settings(specs), table_name=None))
    world.buckets[PROCESSED].put("photo_a.jpg", b"of before", "image/jpeg")
    run(world.services, world.upload("photo.jpg", SMALL))
    assert published(world) == [("v1", "processed")]
    assert world.variants == {}


@pytest.mark.parametrize("call", ["s3.get_object", "s3.put_object", "s3.head_object"])
@pytest.mark.parametrize("data", [OTHER_PHOTO, TEXT], ids=["image", "text"])
def test_an_attempt_overtaken_by_a_newer_version_processes_that_version_too(
    call: str, data: bytes
) -> None:
    world = World(SETTINGS)
    record = world.upload("photo.jpg", PHOTO)
    if call == "s3.head_object":
        world.before(call, lambda: None)  # the first of them comes before any work
    world.before(call, lambda: world.upload("photo.jpg", data))
    assert run(world.services, record).status == "superseded"
    assert world.variants == (made_of(data) if data != TEXT else {})


def test_an_event_overtaken_repeatedly_is_retried() -> None:
    world = World(SETTINGS)
    record = world.upload("photo.jpg", PHOTO)
    newer = [lambda: world.upload("photo.jpg", PHOTO)] * MAX_PASSES
    world.before("s3.get_object", *newer)
    with pytest.raises(Retryable, match=f"overwritten {MAX_PASSES} times"):
        run(world.services, record)
    assert world.published == []


def test_an_upload_deleted_before_its_event_is_published_as_deleted() -> None:
    world = World(SETTINGS)
    record = world.upload("photo.jpg", PHOTO)
    world.delete_version("photo.jpg", "v1")
    assert run(world.services, record).status == "deleted"
    assert published(world) == [("v1", "deleted")]


def test_a_hand_written_event_is_about_the_newest_version() -> None:
    world = World(SETTINGS)
    world.upload("photo.jpg", PHOTO)
    world.upload("photo.jpg", OTHER_PHOTO)
    by_hand = {"s3": {"bucket": {"name": UPLOADS}, "object": {"key": "photo.jpg"}}}
    assert run(world.services, by_hand).version_id == "v2"
    assert published(world) == [("v2", "processed")]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at_call", range(1, 10))
def test_a_crash_at_any_call_is_repaired_when_its_event_is_retried_after_a_newer_one(
    at_call: int, when: Literal["before", "after"]
) -> None:
    world = World(SETTINGS)
    older = world.upload("photo.jpg", PHOTO)
    newer = world.upload("photo.jpg", OTHER_PHOTO)
    run(world.services, newer)
    world.faults.calls.clear()
    world.faults.at_call, world.faults.when = at_call, when
    with pytest.raises(Killed):
        run(world.services, older)
    run(world.services, older)
    assert world.variants == made_of(OTHER_PHOTO)
    assert {version for version, _ in published(world)} == {"v1", "v2"}
