"""Lists of versions and events of changes, as of Amazon S3's API reference and user guide."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from handler.aws.listing import S3Listing
from tests.conformance.both import Aws
from tests.conformance.calls import delete, put

Place = tuple[str, str]


def pages(aws: Aws, prefix: str, size: int) -> Iterator[Any]:
    """Yield the pages of a list, by the markers that each page names."""
    markers: dict[str, str] = {}
    while True:
        page = aws.client("s3").list_object_versions(
            Bucket=aws.versioned, Prefix=prefix, MaxKeys=size, **markers
        )
        yield page
        if not page["IsTruncated"]:
            return
        markers = {
            "KeyMarker": page["NextKeyMarker"],
            "VersionIdMarker": page["NextVersionIdMarker"],
        }


def listed(page: Any, kind: str = "Versions") -> Sequence[Place]:
    return [(each["Key"], each["VersionId"]) for each in page.get(kind, [])]


def put_versions(aws: Aws, *keys: str) -> list[Place]:
    return [(key, put(aws, key, b"1")["VersionId"]) for key in keys]


def test_versions_are_listed_by_key_and_from_the_newest_on(aws: Aws) -> None:
    """Keys are in UTF-8 binary order, in which U+FF21 is before U+1F600.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html
    """
    one, first, capital, face, wide, second = put_versions(
        aws, "b", "a", "B", "\U0001f600", "\uff21", "a"
    )
    (page,) = pages(aws, "", 1_000)
    assert listed(page) == [capital, second, first, one, wide, face]
    latest = {(each["Key"], each["VersionId"]): each["IsLatest"] for each in page["Versions"]}
    assert [place for place in latest if not latest[place]] == [first]


def test_a_delete_marker_is_the_latest_and_listed_apart(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""
    (version,) = put_versions(aws, "a")
    (deleted,) = delete(aws, {"Key": "a"})["Deleted"]
    (page,) = pages(aws, "", 1_000)
    assert listed(page) == [version]
    assert listed(page, "DeleteMarkers") == [("a", deleted["DeleteMarkerVersionId"])]
    assert [page[kind][0]["IsLatest"] for kind in ("Versions", "DeleteMarkers")] == [False, True]


def test_the_listed_facts_of_a_version_match_a_read(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ObjectVersion.html"""
    put(aws, "a", b"12345")
    head = aws.client("s3").head_object(Bucket=aws.versioned, Key="a")
    (page,) = pages(aws, "", 1_000)
    (version,) = page["Versions"]
    assert (version["Size"], version["ETag"]) == (5, head["ETag"])
    assert version["LastModified"].replace(microsecond=0) == head["LastModified"]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_markers_lead_through_all_pages_of_versions_and_markers(aws: Aws, size: int) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""
    a_1, a_2, b_1, _ = put_versions(aws, "a", "a", "b", "other")
    (deleted,) = delete(aws, {"Key": "a"})["Deleted"]
    for prefix, expected in {"a": [a_2, a_1], "": [a_2, a_1, b_1]}.items():
        found = list(pages(aws, prefix, size))
        assert [place for page in found for place in listed(page)][: len(expected)] == expected
        assert [place for page in found for place in listed(page, "DeleteMarkers")] == [
            ("a", deleted["DeleteMarkerVersionId"])
        ]
        counts = [len(listed(page)) + len(listed(page, "DeleteMarkers")) for page in found]
        assert max(counts) == size or len(found) == 1


def test_a_key_marker_alone_leads_behind_all_versions_of_its_key(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""
    *_, last = put_versions(aws, "a", "a", "b")
    page = aws.client("s3").list_object_versions(Bucket=aws.versioned, Prefix="", KeyMarker="a")
    assert listed(page) == [last]


def test_the_paginator_yields_what_markers_lead_through(aws: Aws) -> None:
    """https://docs.aws.amazon.com/boto3/latest/guide/paginators.html"""
    put_versions(aws, "a", "a", "a", "b")
    paginator = aws.client("s3").get_paginator("list_object_versions")
    found = paginator.paginate(Bucket=aws.versioned, Prefix="a", PaginationConfig={"PageSize": 2})
    assert [len(page["Versions"]) for page in found] == [2, 1]


def test_the_reconciler_s_list_goes_on_from_any_version(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""
    b_1, a_1, a_2 = put_versions(aws, "b", "a", "a")
    listing = S3Listing(aws.client("s3"), aws.versioned, ())
    found = [version for page in listing.pages(None) for version in page.versions]
    assert [(each.key, each.version_id) for each in found] == [a_2, a_1, b_1]
    for number, version in enumerate(found, 1):
        rest = [each for page in listing.pages(version.cursor) for each in page.versions]
        assert rest == found[number:]


def events_of(aws: Aws) -> dict[str, Any]:
    return {record["eventName"]: record["s3"]["object"] for record in aws.events()}


def test_events_name_what_happened_to_which_version(aws: Aws) -> None:
    """Keys are form-encoded.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    stored = put(aws, "a b/ü+.jpg", b"12345")
    (deleted,) = delete(aws, {"Key": "a b/ü+.jpg"})["Deleted"]
    events = events_of(aws)
    assert set(events) == {"ObjectCreated:Put", "ObjectRemoved:DeleteMarkerCreated"}
    created, removed = events["ObjectCreated:Put"], events["ObjectRemoved:DeleteMarkerCreated"]
    assert created["key"] == removed["key"] == "a+b/%C3%BC%2B.jpg"
    assert (created["size"], created["eTag"]) == (5, stored["ETag"].strip('"'))
    assert created["versionId"] == stored["VersionId"]
    assert removed["versionId"] == deleted["DeleteMarkerVersionId"]


def test_events_are_ordered_by_their_sequencers(aws: Aws) -> None:
    """The shorter one is padded with zeros on the right; then they are compared as texts.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """
    put(aws, "a", b"1")
    put(aws, "a", b"2")
    delete(aws, {"Key": "a"})
    records = [record["s3"]["object"] for record in aws.events()]
    longest = max(len(each["sequencer"]) for each in records)
    records.sort(key=lambda each: each["sequencer"].ljust(longest, "0"))
    listing = aws.client("s3").list_object_versions(Bucket=aws.versioned, Prefix="")
    expected = [*listed(listing, "DeleteMarkers"), *listed(listing)]
    assert [("a", each["versionId"]) for each in reversed(records)] == expected


def test_without_versioning_a_delete_is_for_ever_and_names_no_version(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html"""
    put(aws, "a", b"1", bucket=aws.unversioned)
    delete(aws, {"Key": "a"}, bucket=aws.unversioned)
    events = events_of(aws)
    assert set(events) == {"ObjectCreated:Put", "ObjectRemoved:Delete"}
    assert all("versionId" not in each for each in events.values())
