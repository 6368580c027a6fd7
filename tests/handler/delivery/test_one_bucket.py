"""In one bucket, uploads and variants are told apart by prefix, and neither becomes the other."""

from dataclasses import replace

import pytest

from handler.delivery.dispatch import process
from handler.events.notices import ObjectRemoved
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


def test_variants_are_put_beside_the_upload_under_the_other_prefix() -> None:
    world = World(ONE_BUCKET)
    assert run(world.pipeline, world.upload("in/a/photo.jpg", PHOTO)).status == "processed"
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
def test_what_is_no_upload_is_turned_away_without_touching_anything(key: str, status: str) -> None:
    world = World(ONE_BUCKET)
    assert run(world.pipeline, world.upload(key, PHOTO)).status == status
    (outcome,) = process(ObjectRemoved(bucket=UPLOADS, key=key), OTHER, world.pipeline)
    assert outcome.status == "ignored"
    assert world.faults.calls == []


def test_with_nothing_to_write_everything_but_outputs_is_an_upload() -> None:
    world = World(replace(ONE_BUCKET, variants=(), upload_prefix=""))
    assert run(world.pipeline, s3_record("out/a.jpg")).status == "refused"
    assert run(world.pipeline, world.upload("photo.jpg", PHOTO)).status == "processed"


def test_a_deleted_upload_takes_its_variants_along() -> None:
    world = World(ONE_BUCKET)
    run(world.pipeline, world.upload("in/photo.jpg", PHOTO))
    world.delete("in/photo.jpg")
    process(ObjectRemoved(bucket=UPLOADS, key="in/photo.jpg"), OTHER, world.pipeline)
    assert world.buckets[UPLOADS].content() == {}


def test_originals_survive_that_variants_had_their_keys_when_there_were_two_buckets() -> None:
    world = World()
    record = world.upload("in/photo.jpg", PHOTO)
    run(world.pipeline, record)
    world.upload("in/photo_thumbnail.jpg", PHOTO)
    other = replace(ONE_BUCKET, variants=ONE_BUCKET.variants[:1])
    assert run(world.with_settings(other), record).status == "processed"
    assert sorted(world.buckets[UPLOADS].content()) == [
        "in/photo.jpg",
        "in/photo_thumbnail.jpg",
        "out/photo_compressed.jpg",
    ]
