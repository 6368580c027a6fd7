"""Uploads have distinct version ids in buckets with and without versioning."""

from datetime import UTC, datetime

import pytest

from handler.model.versions import (
    asked_version,
    is_same,
    is_unnamed,
    version_of_event,
    version_of_stored,
)

STORED_AT = datetime(2026, 11, 21, 9, 2, 45, tzinfo=UTC)


@pytest.mark.parametrize("version_id", [None, "null"])  # no versioning, and versioning suspended
def test_without_versioning_the_version_id_has_etag_and_sequencer(
    version_id: str | None,
) -> None:
    assert version_of_event(version_id, "e1", "00A") == "null:e1:00A"
    assert version_of_event(version_id, '"e1"', None) == "null:e1:"
    assert version_of_stored(version_id, '"e1"', STORED_AT) == "null:e1:2026-11-21T090245+0000"


def test_a_version_id_of_s3_is_kept() -> None:
    assert version_of_event("v7", "e1", "00A") == "v7"
    assert version_of_stored("v7", '"e1"', STORED_AT) == "v7"
    assert asked_version("v7") == "v7"


def test_an_event_without_version_and_etag_has_no_version_id() -> None:
    assert version_of_event(None, None, "00A") is None


def test_uploads_are_the_same_if_their_bytes_are() -> None:
    uploaded = version_of_event(None, "e1-3", "00A")
    assert uploaded
    assert is_same(uploaded, version_of_stored(None, '"e1-3"', STORED_AT))
    assert not is_same(uploaded, version_of_stored(None, '"e1-2"', STORED_AT))
    assert not is_same(uploaded, "v7")
    assert not is_same("v7", "v8")


def test_requests_to_s3_use_its_own_version_ids() -> None:
    assert asked_version("null:e1:00A") == "null"


def test_an_event_without_a_version_is_about_the_stored_version_with_its_etag() -> None:
    unnamed = version_of_event(None, "e1", "00A")
    assert unnamed
    assert is_unnamed(unnamed, "v7", "e1")
    assert not is_unnamed(unnamed, "v8", "e2")
    assert not is_unnamed(unnamed, version_of_stored(None, "e1", STORED_AT), "e1")
    assert not is_unnamed("v7", "v7", "e1")
