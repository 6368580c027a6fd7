"""Whatever is repeated, overtaken, changed or cut short, a version ends in one final state."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Literal, cast

import pytest
from PIL import ExifTags, Image

from handler.delivery.dispatch import process
from handler.delivery.recorded import MAX_DEFERRALS
from handler.images.policy import GpsPolicy, ImagePolicy
from tests.handler.deployment import PROCESSED, make_settings
from tests.handler.faults import Killed
from tests.handler.payloads import s3_record
from tests.handler.pictures import RED, blocks
from tests.handler.running import OTHER, OTHER_PHOTO, PHOTO, final_state, run
from tests.handler.world import World


def test_a_duplicate_in_flight_leaves_a_reminder_and_a_retry_of_the_message_goes_on() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    world.faults.at_call = 4
    with pytest.raises(Killed):
        run(world.pipeline, record)
    calls = len(world.faults.calls)
    assert run(world.pipeline, record, OTHER).status == "deferred"
    assert world.faults.calls[calls:] == ["dynamodb.update_item", "sqs.send_message"]
    assert run(world.pipeline, record).status == "processed"
    (reminder,) = world.deferred
    (outcome,) = process(reminder, OTHER, world.pipeline)
    assert outcome.status == "duplicate"
    assert len(world.published) == 1


def test_a_reminder_takes_over_from_whom_it_waited_for_and_waits_for_others_a_few_times() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    world.faults.at_call = 4
    with pytest.raises(Killed):
        run(world.pipeline, record)
    run(world.pipeline, record, OTHER)
    (reminder,) = world.deferred
    for deferrals, waited_for, status in (
        (1, "another", "deferred"),
        (MAX_DEFERRALS, "another", "processed"),
    ):
        again = replace(reminder, waited_for=waited_for, deferrals=deferrals)
        (outcome,) = process(again, OTHER, world.pipeline)
        assert outcome.status == status
    assert [each.deferrals for each in world.deferred] == [1, 2]


def test_a_reminder_takes_over_from_the_attempt_that_it_waited_for() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    world.faults.at_call = 4
    with pytest.raises(Killed):
        run(world.pipeline, record)
    run(world.pipeline, record, OTHER)
    (reminder,) = world.deferred
    (outcome,) = process(reminder, OTHER, world.pipeline)
    assert outcome.status == "processed"


def test_an_older_version_is_superseded_whenever_its_event_comes() -> None:
    world = World()
    first = world.upload("photo.jpg", b"hello")
    second = world.upload("photo.jpg", PHOTO)
    for record in (second, first, second, first):
        run(world.pipeline, record)
    versions = {version: row["status"] for (_, version), row in world.records.items()}
    assert versions == {"v1": "superseded", "v2": "processed"}
    assert [message["status"] for message in world.published] == ["processed", "superseded"]
    assert all(len(world.buckets[PROCESSED].versions[key]) == 1 for key in world.variants)


def test_a_processed_version_is_superseded_in_silence_when_a_newer_one_took_its_place() -> None:
    world = World()
    for data in (PHOTO, OTHER_PHOTO):
        run(world.pipeline, world.upload("photo.jpg", data))
    rows = {version: row for (_, version), row in world.records.items()}
    assert (rows["v1"]["status"], rows["v2"]["status"]) == ("superseded", "processed")
    assert "variants" not in rows["v1"]
    assert [message["status"] for message in world.published] == ["processed"] * 2


def test_the_variants_of_a_version_go_when_the_next_one_is_rejected() -> None:
    world = World()
    run(world.pipeline, world.upload("photo.jpg", PHOTO))
    run(world.pipeline, world.upload("photo.jpg", b"hello"))
    assert world.variants == {}


def test_who_is_overtaken_after_writing_leaves_its_name_and_the_newest_a_reminder() -> None:
    world = World()
    first = world.upload("photo.jpg", PHOTO)

    def overtake() -> None:
        second = world.upload("photo.jpg", OTHER_PHOTO)
        assert run(world.pipeline, second, OTHER).status == "processed"

    world.before("s3.put_object", overtake)
    outcome = run(world.pipeline, first)
    assert outcome.status == "superseded"
    assert "attempt" in world.records["uploads/photo.jpg", "v1"]
    (reminder,) = world.deferred
    assert (reminder.version_id, reminder.again) == ("v2", True)
    process(reminder, OTHER, world.pipeline)
    clean = World()
    run(clean.pipeline, clean.upload("photo.jpg", OTHER_PHOTO))
    assert world.variants == clean.variants
    assert "attempt" not in world.records["uploads/photo.jpg", "v1"]
    assert len(world.published) == 2


def test_only_missing_variants_are_made_for_another_recipe_and_others_removed() -> None:
    kept: dict[str, str | int] = {"name": "kept", "format": "png"}
    before = World(make_settings([kept, {"name": "old", "format": "png"}]))
    record = before.upload("photo.jpg", PHOTO)
    run(before.pipeline, record)
    after = before.with_settings(make_settings([{"name": "new", "format": "png"}, kept]))
    run(after, record)
    assert {key: len(before.buckets[PROCESSED].versions[key]) for key in before.variants} == {
        "photo_kept.png": 1,
        "photo_new.png": 1,
    }
    (row,) = before.records.values()
    names = [variant["name"] for variant in json.loads(json.dumps(row))["variants"]]
    assert names == ["new", "kept"]


def test_a_place_goes_from_the_record_when_it_shall_not_be_kept_any_more() -> None:
    world = World()
    event = world.upload("a.jpg", encode_with_place())
    run(world.pipeline, event)
    ((_, kept),) = world.records.items()
    assert "location" in str(kept)
    settings = replace(world.pipeline.settings, policy=ImagePolicy(gps=GpsPolicy.DROP))
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


def test_what_a_limit_rejected_is_processed_again_once_the_limit_is_another() -> None:
    world = World(make_settings(max_source_bytes=10))
    record = world.upload("photo.jpg", PHOTO)
    for _ in range(2):
        run(world.pipeline, record)
    assert len(world.letters) == 1
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
    ("upload", "leaves_name"), [(processed, False), (rejected, False), (deleted, True)]
)
def test_a_death_at_any_call_is_repaired_by_the_retry(
    upload: Callable[[World], Mapping[str, object]],
    leaves_name: bool,
    when: Literal["before", "after"],
) -> None:
    undisturbed = World()
    run(undisturbed.pipeline, upload(undisturbed))
    calls = len(undisturbed.faults.calls)
    assert calls >= 4
    for at_call in range(1, calls + 1):
        world = World()
        record = upload(world)
        world.faults.at_call, world.faults.when = at_call, when
        with pytest.raises(Killed):
            run(world.pipeline, record)
        run(world.pipeline, record)
        # What the dead attempt had read and put, the retry cannot say.
        left = final_state(world, may_name_attempt=leaves_name)
        assert left == final_state(undisturbed), f"call {at_call}"


def test_without_variants_an_upload_is_described_and_nothing_is_written() -> None:
    world, described = World(), World(make_settings([]))
    for each in (world, described):
        run(each.pipeline, each.upload("photo.jpg", PHOTO))
    (record,) = world.records.values()
    (only_described,) = described.records.values()
    assert only_described["status"] == "processed"
    assert only_described["source"] == record["source"]
    assert only_described["variants"] == []
    assert described.variants == {}
    assert [message["variants"] for message in described.published] == [[]]


def test_variants_that_are_no_longer_asked_for_are_removed_when_the_event_comes_again() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    run(world.pipeline, record)
    assert run(world.with_settings(make_settings([])), record, OTHER).status == "processed"
    assert world.variants == {}
    assert [row["variants"] for row in world.records.values()] == [[]]


def test_an_event_that_names_no_version_is_of_the_stored_one_with_its_bytes() -> None:
    world = World()
    record = world.upload("photo.jpg", PHOTO)
    stored = cast("dict[str, dict[str, object]]", record["s3"])["object"]
    del stored["versionId"]
    stored["sequencer"] = "00A"
    assert run(world.pipeline, record).version_id == "v1"
    stored["eTag"] = "e1"  # of what was overwritten before its event came
    outcome = run(world.pipeline, record)
    assert (outcome.status, outcome.version_id) == ("superseded", "null:e1:00A")
