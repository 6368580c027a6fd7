"""The checker sees each way in which a run can be wrong."""

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


def no_dead_letter(world: World) -> None:
    world.dead_letters.visible.clear()


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


def healthy_dead_letter(world: World) -> None:
    body = world.dead_letters.visible[0].body.replace("bad.jpg", "photo.jpg")
    (version,) = world.buckets[UPLOADS].versions["photo.jpg"]
    (bad,) = world.buckets[UPLOADS].versions["bad.jpg"]
    world.dead_letters.send(body.replace(bad.version_id, version.version_id), {"reason": "damaged"})


def test_a_good_run_is_valid(world: World) -> None:
    result = check(world)
    assert result.is_valid, result
    assert result.statuses == {"processed": 1, "rejected": 1}
    assert result.repeated == 0


@pytest.mark.parametrize("lose", [unfinished, no_row, no_variant, no_message, no_dead_letter])
def test_what_is_missing_is_lost(world: World, lose: Callable[[World], None]) -> None:
    lose(world)
    assert check(world).lost


@pytest.mark.parametrize(
    "add", [strange_row, strange_variant, stale_variant, other_id, written_upload]
)
def test_what_nobody_uploaded_is_unexpected(world: World, add: Callable[[World], None]) -> None:
    add(world)
    result: CheckResult = check(world)
    assert result.unexpected
    assert not result.lost


def test_a_healthy_upload_among_the_dead_letters_is_told(world: World) -> None:
    healthy_dead_letter(world)
    assert check(world).false_dead


def test_a_repeated_message_is_counted(world: World) -> None:
    world.published.append(world.published[0])
    result = check(world)
    assert (result.repeated, result.is_valid) == (1, True)
