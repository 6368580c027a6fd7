"""Removed uploads take their variants along, if that is asked for."""

import pytest

from handler.delivery.dispatch import process
from handler.events.notices import ObjectRemoved
from tests.handler.deployment import UPLOADS, make_settings
from tests.handler.running import OTHER, OTHER_PHOTO, PHOTO, run
from tests.handler.world import World


@pytest.mark.parametrize("propagate", [False, True])
def test_a_deleted_upload_takes_exactly_its_variants_along_if_asked(propagate: bool) -> None:
    world = World(make_settings(propagate_deletes=propagate))
    for key in ("photo.jpg", "other.jpg"):
        run(world.pipeline, world.upload(key, PHOTO))
    world.delete("photo.jpg")
    removal = ObjectRemoved(bucket=UPLOADS, key="photo.jpg")
    for _ in range(2):
        process(removal, OTHER, world.pipeline)
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
    assert run(world.pipeline, record).status == status
    assert len(world.variants) == (0 if propagate else 5)


def test_a_version_that_is_the_newest_again_gets_its_variants_back() -> None:
    world = World(make_settings(propagate_deletes=True))
    run(world.pipeline, world.upload("photo.jpg", PHOTO))
    before = world.variants
    run(world.pipeline, world.upload("photo.jpg", OTHER_PHOTO))
    world.delete_version("photo.jpg", "v2")
    process(ObjectRemoved(bucket=UPLOADS, key="photo.jpg"), OTHER, world.pipeline)
    assert world.variants == before
    assert world.records["uploads/photo.jpg", "v1"]["status"] == "processed"
