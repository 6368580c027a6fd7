"""A version reaches one final state despite duplicates, newer versions, changes and crashes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Literal, cast

import pytest
from PIL import ExifTags, Image

from handler.delivery.dispatch import dispatch
from handler.delivery.recorded import MAX_DEFERRALS
from handler.images.policy import GpsPolicy, ImagePolicy
from tests.handler.deployment import PROCESSED, make_settings
from tests.handler.faults import Killed
from tests.handler.payloads import s3_record
from tests.handler.pictures import RED, blocks
from tests.handler.running import OTHER, OTHER_PHOTO, PHOTO, final_state, run
from tests.handler.world import World


def test_a_duplicate_in_flight_is_deferred_and_a_retry_of_the_first_message_continues() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    world.faults.at_call = 4
    with pytest.raises(Killed):
        run(world.services, record)
    calls = len(world.faults.calls)
    assert run(world.services, record, OTHER).status == "deferred"
    assert world.faults.calls[calls:] == ["dynamodb.update_item", "sqs.send_message"]
    assert run(world.services, record).status == "processed"
    (deferred,) = world.deferred
    (outcome,) = dispatch(deferred, OTHER, world.services)
    assert outcome.status == "duplicate"
    assert len(world.published) == 1


def test_a_deferred_message_is_deferred_for_other_attempts_a_limited_number_of_times() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    world.faults.at_call = 4
    with pytest.raises(Killed):
        run(world.services, record)
    run(world.services, record, OTHER)
    (deferred,) = world.deferred
    for deferrals, waited_for, status in (
        (1, "another", "deferred"),
        (MAX_DEFERRALS, "another", "processed"),
    ):
        again = replace(deferred, waited_for=waited_for, deferrals=deferrals)
        (outcome,) = dispatch(again, OTHER, world.services)
        assert outcome.status == status
    assert [each.deferrals for each in world.deferred] == [1, 2]


def test_a_deferred_message_takes_over_from_the_attempt_that_it_waited_for() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    world.faults.at_call = 4
    with pytest.raises(Killed):
        run(world.services, record)
    run(world.services, record, OTHER)
    (deferred,) = world.deferred
    (outcome,) = dispatch(deferred, OTHER, world.services)
    assert outcome.status == "processed"


def test_an_older_version_is_superseded_in_any_order_of_events() -> None:
    world = World()
    first = world.upload("photo.jpg", b"hello")
    second = world.upload("photo.jpg", PHOTO)
    for record in (second, first, second, first):
        run(world.services, record)
    versions = {version: row["status"] for (_, version), row in world.records.items()}
    assert versions == {"v1": "superseded", "v2": "processed"}
    assert [message["status"] for message in world.published] == ["processed", "superseded"]
    assert all(len(world.buckets[PROCESSED].versions[key]) == 1 for key in world.variants)


def test_a_processed_version_is_superseded_by_a_newer_one_without_a_notification() -> None:
    world = World()
    for data in (PHOTO, OTHER_PHOTO):
        run(world.services, world.upload("photo.jpg", data))
    rows = {version: row for (_, version), row in world.records.items()}
    assert (rows["v1"]["status"], rows["v2"]["status"]) == ("superseded", "processed")
    assert "variants" not in rows["v1"]
    assert [message["status"] for message in world.published] == ["processed"] * 2


def test_variants_are_deleted_when_the_next_version_is_rejected() -> None:
    world = World()
    run(world.services, world.upload("photo.jpg", PHOTO))
    run(world.services, world.upload("photo.jpg", b"hello"))
    assert world.variants == {}


def test_an_attempt_superseded_after_writing_leaves_its_token_and_the_newest_is_deferred() -> None:
    world = World()
    first = world.upload("photo.jpg", PHOTO)

    def overtake() -> None:
        second = world.upload("photo.jpg", OTHER_PHOTO)
        assert run(world.services, second, OTHER).status == "processed"

    world.before("s3.put_object", overtake)
    outcome = run(world.services, first)
    assert outcome.status == "superseded"
    assert "attempt" in world.records["uploads/photo.jpg", "v1"]
    (deferred,) = world.deferred
    assert (deferred.version_id, deferred.again) == ("v2", True)
    dispatch(deferred, OTHER, world.services)
    clean = World()
    run(clean.services, clean.upload("photo.jpg", OTHER_PHOTO))
    assert world.variants == clean.variants
    assert "attempt" not in world.records["uploads/photo.jpg", "v1"]
    assert len(world.published) == 2


def test_another_recipe_renders_only_missing_variants_and_deletes_obsolete_ones() -> None:
    kept: dict[str, str | int] = {"name": "kept", "format": "png"}
    before = World(make_settings([kept, {"name": "old", "format": "png"}]))
    record = before.upload("photo.jpg", PHOTO)
    run(before.services, record)
    after = before.with_settings(make_settings([{"name": "new", "format": "png"}, kept]))
    run(after, record)
    assert {key: len(before.buckets[PROCESSED].versions[key]) for key in before.variants} == {
        "photo_kept.png": 1,
        "photo_new.png": 1,
    }
    (row,) = before.records.values()
    names = [variant["name"] for variant in json.loads(json.dumps(row))["variants"]]
    assert names == ["new", "kept"]


def test_a_location_is_removed_from_the_record_when_the_policy_drops_it() -> None:
    world = World()
    event = world.upload("a.jpg", encode_with_place())
    run(world.services, event)
    ((_, kept),) = world.records.items()
    assert "location" in str(kept)
    settings = replace(world.services.settings, policy=ImagePolicy(gps=GpsPolicy.DROP))
    puts = world.faults.calls.count("s3.put_object")
    assert run(world.with_settings(settings), event).status == "processed"
    ((_, cleaned),) = world.records.items()
    assert "location" not in str(cleaned)
    assert "GPS" not in str(cleaned)
    assert world.faults.calls.count("s3.put_object") == puts  # no variant is made again


def encode_with_place() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {1: "N", 2: (59.0, 54.0, 50.0), 3: "E", 4: (10.0, 45.0, 8.0)}
    )
    output = BytesIO()
    blocks([[RED]]).save(output, "JPEG", exif=exif)
    return output.getvalue()


def test_an_upload_rejected_by_a_limit_is_processed_under_another_limit() -> None:
    world = World(make_settings(max_source_bytes=10))
    record = world.upload("photo.jpg", PHOTO)
    for _ in range(2):
        run(world.services, record)
    assert len(world.rejections) == 1
    assert run(world.with_settings(make_settings()), record).status == "processed"
    (row,) = world.records.values()
    assert "reason" not in row


def processed(world: World) -> Mapping[str, object]:
    return world.upload("photo.jpg", PHOTO)


def rejected(world: World) -> Mapping[str, object]:
    return world.upload("photo.jpg", b"hello")


def deleted(_: World) -> Mapping[str, object]:
    return s3_record("gone.jpg")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("upload", "leaves_token"), [(processed, False), (rejected, False), (deleted, True)]
)
def test_a_crash_at_any_call_is_repaired_by_the_retry(
    upload: Callable[[World], Mapping[str, object]],
    leaves_token: bool,
    when: Literal["before", "after"],
) -> None:
    undisturbed = World()
    run(undisturbed.services, upload(undisturbed))
    calls = len(undisturbed.faults.calls)
    assert calls >= 4
    for at_call in range(1, calls + 1):
        world = World()
        record = upload(world)
        world.faults.at_call, world.faults.when = at_call, when
        with pytest.raises(Killed):
            run(world.services, record)
        run(world.services, record)
        # The retry cannot know what the crashed attempt had read and written.
        left = final_state(world, may_keep_attempt=leaves_token)
        assert left == final_state(undisturbed), f"call {at_call}"


def test_without_variants_an_upload_is_only_described() -> None:
    world, described = World(), World(make_settings([]))
    for each in (world, described):
        run(each.services, each.upload("photo.jpg", PHOTO))
    (record,) = world.records.values()
    (only_described,) = described.records.values()
    assert only_described["status"] == "processed"
    assert only_described["source"] == record["source"]
    assert only_described["variants"] == []
    assert described.variants == {}
    assert [message["variants"] for message in described.published] == [[]]


def test_variants_removed_from_the_settings_are_deleted_when_the_event_is_repeated() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    run(world.services, record)
    assert run(world.with_settings(make_settings([])), record, OTHER).status == "processed"
    assert world.variants == {}
    assert [row["variants"] for row in world.records.values()] == [[]]


def test_an_event_without_a_version_id_is_about_the_stored_version_with_its_etag() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    stored = cast("dict[str, dict[str, object]]", record["s3"])["object"]
    del stored["versionId"]
    stored["sequencer"] = "00A"
    assert run(world.services, record).version_id == "v1"
    stored["eTag"] = "e1"  # the ETag of an object that was overwritten before its event arrived
    outcome = run(world.services, record)
    assert (outcome.status, outcome.version_id) == ("superseded", "null:e1:00A")
