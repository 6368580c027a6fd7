"""Proves that a review reports each difference between a record and its variants, and no other."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local.records import Record, VariantRecord
from local.review import review
from local.stack import LocalStack
from local.uploads import Upload, read_records
from tests.local.pipe import Sent


@pytest.fixture
def upload(sent: Mapping[str, Sent], tmp_path: Path) -> Upload:
    version_id = sent["plain.jpg"].version_id
    return Upload(path=tmp_path, key="plain.jpg", version_id=version_id, size_bytes=1)


@pytest.fixture
def record(local_stack: LocalStack, upload: Upload) -> Record:
    return read_records(local_stack, [upload])[upload]


def with_first_variant(record: Record, **changes: Any) -> Record:
    first, *others = record.variants
    changed: VariantRecord = dataclasses.replace(first, **changes)
    return dataclasses.replace(record, variants=(changed, *others))


def test_variants_that_match_the_record_have_no_problem(
    local_stack: LocalStack, upload: Upload, record: Record
) -> None:
    reviewed = review(local_stack, upload, record)
    assert len(reviewed.pictures) == 5
    assert reviewed.problems == ()
    assert reviewed.outcome == "processed"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"size_bytes": 1}, "bytes is"),
        ({"width": 401}, "size is"),
        ({"format": "webp"}, "format is"),
        ({"key": "gone.jpg"}, "gone.jpg cannot be read"),
    ],
)
def test_a_variant_that_differs_from_the_record_is_a_problem(
    local_stack: LocalStack, upload: Upload, record: Record, changes: dict[str, Any], problem: str
) -> None:
    reviewed = review(local_stack, upload, with_first_variant(record, **changes))
    assert len(reviewed.problems) == 1
    assert problem in reviewed.outcome


def test_a_variant_that_cannot_be_decoded_is_a_problem(
    local_stack: LocalStack, upload: Upload, record: Record
) -> None:
    bucket = local_stack.outputs["processedBucketName"]
    local_stack.clients.s3.put_object(
        Bucket=bucket, Key="broken.png", Body=b"\x89PNG\r\n\x1a\nbroken"
    )
    reviewed = review(local_stack, upload, with_first_variant(record, key="broken.png"))
    assert "broken.png cannot be decoded" in reviewed.outcome


def test_processed_without_variants_is_a_problem(
    local_stack: LocalStack, upload: Upload, record: Record
) -> None:
    reviewed = review(local_stack, upload, dataclasses.replace(record, variants=()))
    assert reviewed.outcome == "processed, but without variants"


def test_a_rejected_image_is_no_problem_and_has_its_reason_as_outcome(
    local_stack: LocalStack, upload: Upload, record: Record
) -> None:
    rejected = dataclasses.replace(record, status="rejected", reason="empty", variants=())
    reviewed = review(local_stack, upload, rejected)
    assert reviewed.problems == ()
    assert reviewed.outcome == "rejected: empty"
