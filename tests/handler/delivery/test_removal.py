"""Variants of deleted uploads are deleted, if deletes are propagated."""

import pytest

from handler.delivery.dispatch import dispatch
from handler.events.s3_events import ObjectRemoved
from tests.handler.deployment import UPLOADS, make_settings
from tests.handler.running import OTHER, OTHER_PHOTO, PHOTO, run
from tests.handler.world import World


@pytest.mark.parametrize("propagate", [False, True])
def test_deleting_an_upload_deletes_exactly_its_variants_if_deletes_are_propagated(
    propagate: bool,
) -> None:
    world = World(make_settings(propagate_deletes=propagate))
    for key in ("photo.jpg", "other.jpg"):
        run(world.services, world.upload(key, PHOTO))
    world.delete("photo.jpg")
    removal = ObjectRemoved(bucket=UPLOADS, key="photo.jpg")
    for _ in range(2):
        dispatch(removal, OTHER, world.services)
    left = {key.partition("_")[0] for key in world.variants}
    assert left == ({"other"} if propagate else {"other", "photo"})
    status = world.records["uploads/photo.jpg", "v1"]["status"]
    assert status == ("deleted" if propagate else "processed")
    assert len(world.published) == (3 if propagate else 2)


@pytest.mark.parametrize(("propagate", "status"), [(False, "processed"), (True, "deleted")])
def test_an_upload_under_a_delete_marker_is_processed_unless_deletes_are_followed(
    propagate: bool, status: str
) -> None:
    world = World(make_settings(propagate_deletes=propagate))
    record = world.upload("photo.jpg", PHOTO)
    world.delete("photo.jpg")
    assert run(world.services, record).status == status
    assert len(world.variants) == (0 if propagate else 5)


def test_a_version_that_becomes_the_newest_again_gets_its_variants_back() -> None:
    world = World(make_settings(propagate_deletes=True))
    run(world.services, world.upload("photo.jpg", PHOTO))
    before = world.variants
    run(world.services, world.upload("photo.jpg", OTHER_PHOTO))
    world.delete_version("photo.jpg", "v2")
    dispatch(ObjectRemoved(bucket=UPLOADS, key="photo.jpg"), OTHER, world.services)
    assert world.variants == before
    assert world.records["uploads/photo.jpg", "v1"]["status"] == "processed"
