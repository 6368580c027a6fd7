"""Record and notification have all facts, as JSON values."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from handler.delivery.record_item import Record, StoredVariant, notification, to_item
from handler.images.variants.output_formats import ImageFormat
from handler.images.variants.variant import Variant
from handler.model.errors import Reason, Rejected
from handler.model.facts import NO_VERSION, ImageFacts, ObjectFacts
from handler.model.record import Status

UPLOADED = datetime(2026, 11, 21, 8, 4, 34, 123456, tzinfo=UTC)
CLAIM = Record(
    bucket="uploads",
    key="a/photo.jpg",
    facts=ObjectFacts(version_id="v1", size_bytes=99),
    status=Status.PROCESSING,
    recipe="0123456789abcdef",
    limits="100 bytes, 10 pixels",
    uploaded_at=UPLOADED,
)
PROCESSED = replace(
    CLAIM,
    facts=ObjectFacts(
        version_id="v1", size_bytes=99, content_type="image/jpeg", etag="e", last_modified=UPLOADED
    ),
    status=Status.PROCESSED,
    image=ImageFacts(format="JPEG", width=3, height=2, mode="CMYK", exif={"Make": "Camera"}),
    variants=[
        StoredVariant(
            variant=Variant(name="small", format=ImageFormat.JPEG, quality=85),
            recipe="fedcba9876543210",
            key="a/photo_small.jpg",
            size_bytes=7,
            width=2,
            height=1,
            sha256="ab",
        )
    ],
    processed_at=UPLOADED + timedelta(seconds=2),
    duration_ms=1500,
)


def test_a_claim_has_the_facts_of_the_event() -> None:
    assert to_item(CLAIM) == {
        "image_id": "uploads/a/photo.jpg",
        "version_id": "v1",
        "bucket": "uploads",
        "key": "a/photo.jpg",
        "status": "processing",
        "recipe": "0123456789abcdef",
        "limits": "100 bytes, 10 pixels",
        "source": {"size_bytes": 99},
        "uploaded_at": "2026-11-21T08:04:34.123Z",
        "uploaded_day": "2026-11-21",
    }


def test_the_record_of_a_processed_image_has_all_facts() -> None:
    assert to_item(PROCESSED) == {
        **to_item(CLAIM),
        "status": "processed",
        "source": {
            "size_bytes": 99,
            "content_type": "image/jpeg",
            "etag": "e",
            "format": "JPEG",
            "width": 3,
            "height": 2,
            "mode": "CMYK",
            "exif": {"Make": "Camera"},
        },
        "variants": [
            {
                "name": "small",
                "key": "a/photo_small.jpg",
                "recipe": "fedcba9876543210",
                "format": "jpeg",
                "content_type": "image/jpeg",
                "size_bytes": 7,
                "sha256": "ab",
                "width": 2,
                "height": 1,
            }
        ],
        "processed_at": "2026-11-21T08:04:36.123Z",
        "duration_ms": 1500,
    }


def test_a_rejection_is_recorded_with_its_reason() -> None:
    rejected = replace(
        CLAIM, status=Status.REJECTED, rejection=Rejected(Reason.DAMAGED, "cut short")
    )
    assert to_item(rejected)["reason"] == "damaged"
    assert to_item(rejected)["detail"] == "cut short"


def test_an_unversioned_object_has_version_null() -> None:
    assert to_item(replace(CLAIM, facts=ObjectFacts(version_id=NO_VERSION))) == {
        **{name: value for name, value in to_item(CLAIM).items() if name != "source"},
        "version_id": "null",
    }


def test_times_have_equal_length_and_are_in_utc() -> None:
    whole_second = datetime(2026, 11, 22, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    record = to_item(replace(CLAIM, uploaded_at=whole_second))
    assert record["uploaded_at"] == "2026-11-21T23:00:00.000Z"
    assert record["uploaded_day"] == "2026-11-21"


def test_a_notification_has_the_facts_of_the_record_and_an_id() -> None:
    message = notification(PROCESSED)
    assert {**to_item(PROCESSED), "id": message["id"]} == message
    assert json.loads(json.dumps(message)) == message


def test_the_id_of_a_notification_does_not_depend_on_the_time() -> None:
    again = replace(PROCESSED, processed_at=UPLOADED, duration_ms=3)
    assert notification(again)["id"] == notification(PROCESSED)["id"]


@pytest.mark.parametrize(
    "other",
    [
        replace(PROCESSED, bucket="other"),
        replace(PROCESSED, key="a/other.jpg"),
        replace(PROCESSED, recipe="0"),
        replace(PROCESSED, status=Status.DELETED),
        replace(PROCESSED, facts=replace(PROCESSED.facts, version_id="v2")),
    ],
    ids=["bucket", "key", "recipe", "status", "version"],
)
def test_the_id_of_a_notification_distinguishes_outcomes(other: Record) -> None:
    assert notification(other)["id"] != notification(PROCESSED)["id"]
