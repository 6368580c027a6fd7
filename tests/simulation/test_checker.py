"""Proves that the checker detects each way in which a run can be wrong."""

from collections.abc import Callable

import pytest

from simulation.checker import CheckResult, check
from simulation.conditions import PROCESSED, TABLE, UPLOADS, Conditions
from simulation.pictures import picture, poison
from simulation.world import World

IMAGE = f"{UPLOADS}/photo.jpg"


@pytest.fixture
def world(quiet: None) -> World:
    del quiet
    world = World(1, Conditions())
    world.upload("photo.jpg", picture(1))
    world.upload("bad.jpg", poison(1))
    world.drain()
    return world


def unfinished(world: World) -> None:
    (row,) = world.tables[TABLE][IMAGE].values()
    row["status"] = {"S": "processing"}


def no_row(world: World) -> None:
    del world.tables[TABLE][IMAGE]


def no_variant(world: World) -> None:
    world.buckets[PROCESSED].versions.pop("photo_thumbnail.jpg")


def no_message(world: World) -> None:
    world.published.clear()


def no_rejected_event(world: World) -> None:
    world.rejected.visible.clear()


def strange_row(world: World) -> None:
    (row,) = world.tables[TABLE][IMAGE].values()
    world.tables[TABLE][IMAGE]["other"] = row


def strange_variant(world: World) -> None:
    world.buckets[PROCESSED].put("strange.jpg", b"")


def stale_variant(world: World) -> None:
    world.buckets[PROCESSED].put("photo_thumbnail.jpg", b"older")


def other_id(world: World) -> None:
    world.published.append({**world.published[0], "id": "other"})


def written_upload(world: World) -> None:
    world.buckets[UPLOADS].put("photo_thumbnail.jpg", b"")


def rejected_dead_letter(world: World) -> None:
    world.dead_letters.send(world.rejected.visible[0].body, {"reason": "not-an-image"})


def failed_dead_letter(world: World) -> None:
    world.dead_letters.send(world.rejected.visible[0].body.replace("bad.jpg", "photo.jpg"))


def rejected_without_a_reason(world: World) -> None:
    world.rejected.send(world.rejected.visible[0].body)


def healthy_rejected(world: World) -> None:
    body = world.rejected.visible[0].body.replace("bad.jpg", "photo.jpg")
    (version,) = world.buckets[UPLOADS].versions["photo.jpg"]
    (bad,) = world.buckets[UPLOADS].versions["bad.jpg"]
    world.rejected.send(body.replace(bad.version_id, version.version_id), {"reason": "damaged"})


def test_a_good_run_is_valid(world: World) -> None:
    result = check(world)
    assert result.is_valid, result
    assert result.statuses == {"processed": 1, "rejected": 1}
    assert result.repeated == 0


@pytest.mark.parametrize("lose", [unfinished, no_row, no_variant, no_message, no_rejected_event])
def test_a_missing_output_is_lost(world: World, lose: Callable[[World], None]) -> None:
    lose(world)
    assert check(world).lost


@pytest.mark.parametrize(
    "add", [strange_row, strange_variant, stale_variant, other_id, written_upload]
)
def test_an_output_without_an_upload_is_unexpected(
    world: World, add: Callable[[World], None]
) -> None:
    add(world)
    result: CheckResult = check(world)
    assert result.unexpected
    assert not result.lost


@pytest.mark.parametrize(
    "add",
    [rejected_dead_letter, failed_dead_letter, rejected_without_a_reason, healthy_rejected],
)
def test_an_event_in_the_wrong_queue_is_reported(
    world: World, add: Callable[[World], None]
) -> None:
    add(world)
    assert check(world).false_dead


def test_a_repeated_message_is_counted(world: World) -> None:
    world.published.append(world.published[0])
    result = check(world)
    assert (result.repeated, result.is_valid) == (1, True)
