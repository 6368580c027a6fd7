"""In one bucket, uploads and variants are distinguished by prefix."""

from dataclasses import replace

import pytest

from handler.delivery.dispatch import dispatch
from handler.events.s3_events import ObjectRemoved
from tests.handler.deployment import UPLOADS, make_settings
from tests.handler.payloads import s3_record
from tests.handler.running import OTHER, PHOTO, run
from tests.handler.world import World

ONE_BUCKET = replace(
    make_settings(propagate_deletes=True),
    processed_bucket=UPLOADS,
    upload_prefix="in/",
    processed_prefix="out/",
)


def test_variants_are_stored_in_the_same_bucket_under_the_other_prefix() -> None:
    world = World(ONE_BUCKET)
    assert run(world.services, world.upload("in/a/photo.jpg", PHOTO)).status == "processed"
    assert sorted(world.buckets[UPLOADS].content()) == [
        "in/a/photo.jpg",
        "out/a/photo_compressed.jpg",
        "out/a/photo_converted.png",
        "out/a/photo_converted.webp",
        "out/a/photo_low_quality.jpg",
        "out/a/photo_thumbnail.jpg",
    ]


@pytest.mark.parametrize(
    ("key", "status"),
    [("out/photo_thumbnail.jpg", "refused"), ("photo.jpg", "ignored"), ("inn/a.jpg", "ignored")],
)
def test_objects_outside_the_upload_prefix_are_ignored_without_any_call(
    key: str, status: str
) -> None:
    world = World(ONE_BUCKET)
    assert run(world.services, world.upload(key, PHOTO)).status == status
    (outcome,) = dispatch(ObjectRemoved(bucket=UPLOADS, key=key), OTHER, world.services)
    assert outcome.status == "ignored"
    assert world.faults.calls == []


def test_without_variants_every_object_but_outputs_is_an_upload() -> None:
    world = World(replace(ONE_BUCKET, variants=(), upload_prefix=""))
    assert run(world.services, s3_record("out/a.jpg")).status == "refused"
    assert run(world.services, world.upload("photo.jpg", PHOTO)).status == "processed"


def test_deleting_an_upload_deletes_its_variants() -> None:
    world = World(ONE_BUCKET)
    run(world.services, world.upload("in/photo.jpg", PHOTO))
    world.delete("in/photo.jpg")
    dispatch(ObjectRemoved(bucket=UPLOADS, key="in/photo.jpg"), OTHER, world.services)
    assert world.buckets[UPLOADS].content() == {}


def test_uploads_are_kept_if_variants_had_their_keys_in_a_former_layout() -> None:
    world = World()
    record = world.upload("in/photo.jpg", PHOTO)
    run(world.services, record)
    world.upload("in/photo_thumbnail.jpg", PHOTO)
    other = replace(ONE_BUCKET, variants=ONE_BUCKET.variants[:1])
    assert run(world.with_settings(other), record).status == "processed"
    assert sorted(world.buckets[UPLOADS].content()) == [
        "in/photo.jpg",
        "in/photo_thumbnail.jpg",
        "out/photo_compressed.jpg",
    ]
