"""Each S3 event has its outcome, with exactly the expected calls."""

import json
from collections.abc import Mapping
from typing import cast

import pytest

from handler.delivery.services import Outcome
from handler.model.errors import Reason
from tests.handler.deployment import PROCESSED, UPLOADS, make_settings
from tests.handler.payloads import s3_record
from tests.handler.pictures import png
from tests.handler.running import OTHER_PHOTO, PHOTO, final_state, run
from tests.handler.world import World


def test_an_upload_becomes_five_variants_a_record_and_a_message() -> None:
    world = World()
    outcome = run(world.services, world.upload("a/photo.jpg", PHOTO))
    assert outcome == Outcome(status="processed", key="a/photo.jpg", version_id="v1")
    assert sorted(world.variants) == [
        "a/photo_compressed.jpg",
        "a/photo_converted.png",
        "a/photo_converted.webp",
        "a/photo_low_quality.jpg",
        "a/photo_thumbnail.jpg",
    ]
    (record,) = world.records.values()
    (message,) = world.published
    assert {**record, "id": message["id"]} == message
    assert record["status"] == "processed"
    assert world.rejections == []


def test_variants_are_stored_with_their_content_type_and_recorded_with_their_bytes() -> None:
    world = World()
    run(world.services, world.upload("photo.jpg", PHOTO))
    message = json.loads(json.dumps(world.published[0]))
    for variant in message["variants"]:
        (stored,) = world.buckets[PROCESSED].versions[variant["key"]]
        assert stored.content_type == variant["content_type"]
        assert len(stored.data or b"") == variant["size_bytes"]
        assert (variant["width"], variant["height"]) == (32, 16)


@pytest.mark.parametrize(("data", "status"), [(PHOTO, "processed"), (b"hello", "rejected")])
def test_the_declared_and_the_detected_type_are_both_recorded(data: bytes, status: str) -> None:
    world = World()
    run(world.services, world.upload("movie.mp4", data, "video/mp4"))
    ((_, item),) = world.records.items()
    source = cast("Mapping[str, object]", item["source"])
    assert (item["key"], item["status"]) == ("movie.mp4", status)
    assert (source["content_type"], source.get("format")) == (
        "video/mp4",
        "JPEG" if data is PHOTO else None,
    )


def test_uploads_with_similar_names_have_separate_outputs() -> None:
    world = World()
    for key in ("a/x.jpg", "b/x.jpg", "x.jpg", "x.png", "x.JPG", "x"):
        run(world.services, world.upload(key, PHOTO))
    assert len(world.variants) == 6 * 5
    assert all(len(versions) == 1 for versions in world.buckets[PROCESSED].versions.values())


def test_a_repeated_event_costs_one_conditional_write() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    run(world.services, record)
    before, calls = final_state(world), len(world.faults.calls)
    assert run(world.services, record).status == "duplicate"
    assert world.faults.calls[calls:] == ["dynamodb.update_item"]
    assert final_state(world) == before
    assert len(world.published) == 1


def test_a_repeated_event_of_a_rejected_upload_is_a_duplicate_too() -> None:
    world = World()
    record = world.upload("photo.jpg", b"hello")
    assert run(world.services, record).status == "rejected"
    assert run(world.services, record).status == "duplicate"
    assert len(world.rejections) == 1


def test_a_new_version_is_processed_again() -> None:
    world = World()
    for data in (PHOTO, OTHER_PHOTO):
        assert run(world.services, world.upload("photo.jpg", data)).status == "processed"
    assert set(world.records) == {
        ("uploads/photo.jpg", "v1"),
        ("uploads/photo.jpg", "v2"),
    }


def test_another_recipe_processes_an_upload_again() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    run(world.services, record)
    other = world.with_settings(make_settings([{"name": "other", "format": "png"}]))
    assert run(other, record).status == "processed"
    assert "photo_other.png" in world.variants


def test_an_event_without_a_version_is_about_the_newest_one() -> None:
    world = World()
    world.upload("photo.jpg", b"old")
    by_event = world.upload("photo.jpg", PHOTO)
    by_hand = {"s3": {"bucket": {"name": UPLOADS}, "object": {"key": "photo.jpg"}}}
    assert run(world.services, by_hand) == Outcome(
        status="processed", key="photo.jpg", version_id="v2"
    )
    assert run(world.services, by_event).status == "duplicate"
    (record,) = world.records.values()
    assert (
        record["uploaded_at"] == "2026-11-21T08:04:33.000Z"
    )  # the time of the upload, as the event has none


@pytest.mark.parametrize(
    "record",
    [
        s3_record("gone.jpg"),
        {"s3": {"bucket": {"name": UPLOADS}, "object": {"key": "gone.jpg"}}},
    ],
    ids=["by event", "by hand"],
)
def test_an_upload_deleted_before_its_event_is_recorded_as_deleted(
    record: Mapping[str, object],
) -> None:
    world = World()
    assert run(world.services, record).status == "deleted"
    assert [item["status"] for item in world.records.values()] == ["deleted"]
    assert [message["status"] for message in world.published] == ["deleted"]
    assert world.rejections == []


REJECTED: dict[Reason, tuple[str, bytes]] = {
    Reason.EMPTY: ("a.jpg", b""),
    Reason.TOO_LARGE: ("a.jpg", b"x" * 1_000_001),
    Reason.TOO_MANY_PIXELS: ("a.png", png((1_000, 1_001), [], bit_depth=8, colour_type=0)),
    Reason.NOT_AN_IMAGE: ("a.jpg", b"hello"),
    Reason.UNSUPPORTED_FORMAT: ("a.jpg", b"II*\0\x08\0\0\0"),
    Reason.DAMAGED: ("a.jpg", PHOTO[:-200]),
    Reason.KEY_TOO_LONG: ("x" * 1_021 + ".jp", PHOTO),
}


@pytest.mark.parametrize("reason", REJECTED)
def test_a_rejected_upload_is_recorded_published_and_not_among_the_dead_letters(
    reason: Reason,
) -> None:
    world = World()
    record = world.upload(*REJECTED[reason])
    outcome = run(world.services, record)
    assert (outcome.status, outcome.reason) == ("rejected", reason)
    assert world.variants == {}
    assert world.dead_letters.visible == []
    (rejected,) = world.rejected.visible
    assert rejected.attributes["detail"]
    marked = {**record, "imagepipe": {"rejected": True}}
    assert json.loads(rejected.body) == {"Records": [marked]}
    assert rejected.attributes["reason"] == reason
    (item,) = world.records.values()
    (message,) = world.published
    assert (item["status"], item["reason"]) == ("rejected", reason)
    assert (message["status"], message["reason"]) == ("rejected", reason)
    assert world.faults.calls[-5:] == [
        "dynamodb.query",
        "s3.head_object",
        "sqs.send_message",
        "sns.publish",
        "dynamodb.update_item",
    ]


@pytest.mark.parametrize("reason", [Reason.EMPTY, Reason.TOO_LARGE, Reason.KEY_TOO_LONG])
def test_an_upload_that_its_event_shows_to_be_invalid_is_not_read(reason: Reason) -> None:
    world = World()
    run(world.services, world.upload(*REJECTED[reason]))
    assert world.reads == []


def test_an_object_larger_than_in_its_event_is_rejected() -> None:
    world = World()
    world.upload("a.jpg", b"x" * 1_000_001)
    outcome = run(world.services, s3_record("a.jpg", size=10))
    assert outcome.reason == Reason.TOO_LARGE


@pytest.mark.parametrize("size", [999_999, 1_000_000])
def test_an_upload_of_the_allowed_size_is_decoded(size: int) -> None:
    world = World()
    outcome = run(world.services, world.upload("a.jpg", b"x" * size))
    assert outcome.reason == Reason.NOT_AN_IMAGE


def test_the_pipelines_own_output_is_refused_without_any_call() -> None:
    world = World()
    outcome = run(world.services, s3_record("photo_thumbnail.jpg", bucket=PROCESSED))
    assert outcome.status == "refused"
    assert world.faults.calls == []


def test_an_event_about_another_bucket_is_only_dead_lettered() -> None:
    world = World()
    outcome = run(world.services, s3_record("photo.jpg", bucket="other"))
    assert (outcome.status, outcome.reason) == ("rejected", Reason.WRONG_BUCKET)
    assert world.faults.calls == ["sqs.send_message"]
    assert world.dead_reasons == ["wrong-bucket"]
    assert world.rejections == []


def test_a_malformed_record_is_only_dead_lettered() -> None:
    world = World()
    outcome = run(world.services, {"s3": None})
    assert (outcome.status, outcome.reason, outcome.key) == ("rejected", "malformed-event", None)
    assert world.faults.calls == ["sqs.send_message"]
    assert world.dead_reasons == ["malformed-event"]
    assert world.rejections == []
