"""Versions are listed with ListObjectVersions, continuing where the last run ended."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from botocore.stub import Stubber

from handler.aws.listing import S3Listing
from handler.model.errors import Retryable
from handler.reconciler.ports import Page

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.usefixtures("credentials")

TIME = datetime(2026, 11, 21, 8, 4, 34, tzinfo=UTC)


def listed(key: str, version: str, **more: object) -> dict[str, object]:
    facts = {
        "Key": key,
        "VersionId": version,
        "IsLatest": True,
        "LastModified": TIME,
        "Size": 7,
        "ETag": '"e"',
    }
    return {**facts, "StorageClass": "STANDARD", **more}


def request(prefix: str = "", **markers: str) -> dict[str, object]:
    return {"Bucket": "b", "Prefix": prefix, "MaxKeys": 1000, **markers}


def test_pages_follow_each_other_and_delete_markers_are_only_counted(s3: "S3Client") -> None:
    answer = {
        "Versions": [listed("a%20b.jpg", "v2"), listed("a%20b.jpg", "v1", IsLatest=False)],
        "DeleteMarkers": [{"Key": "c.jpg", "VersionId": "v3"}],
        "IsTruncated": True,
        "NextKeyMarker": "c.jpg",
        "NextVersionIdMarker": "v3",
        "EncodingType": "url",
    }
    last = {"Versions": [listed("d.jpg", "null")], "IsTruncated": False}
    with Stubber(s3) as stub:
        stub.add_response("list_object_versions", answer, request())
        stub.add_response(
            "list_object_versions", last, request(KeyMarker="c.jpg", VersionIdMarker="v3")
        )
        first, second = S3Listing(s3, "b", []).pages(None)
    assert [(each.key, each.version_id, each.is_latest) for each in first.versions] == [
        ("a b.jpg", "v2", True),
        ("a b.jpg", "v1", False),
    ]
    assert first.versions[0].cursor == {"prefix": "", "key": "a b.jpg", "version": "v2"}
    assert (first.versions[0].stored_at, first.versions[0].size_bytes) == (TIME, 7)
    assert (first.looked_at, first.is_last) == (3, False)
    assert first.cursor == {"prefix": "", "key": "c.jpg", "version": "v3"}
    assert (second.cursor, second.is_last) == (None, True)
    # the version id in records of uploads from before versioning was enabled
    assert second.versions[0].version_id == "null:e:2026-11-21T080434+0000"
    assert second.versions[0].cursor == {"prefix": "", "key": "d.jpg", "version": "null"}


def pages(s3: "S3Client", prefixes: list[str], cursor: dict[str, str | int]) -> list[Page]:
    return list(S3Listing(s3, "b", prefixes).pages(cursor))


def test_prefixes_are_listed_one_after_the_other(s3: "S3Client") -> None:
    empty = {"IsTruncated": False}
    with Stubber(s3) as stub:
        marked = request("b/", KeyMarker="b/k", VersionIdMarker="v")
        stub.add_response("list_object_versions", empty, marked)
        stub.add_response("list_object_versions", empty, request("c/"))
        found = pages(s3, ["c/", "a/", "b/"], {"prefix": "b/", "key": "b/k", "version": "v"})
        assert [(page.cursor, page.is_last) for page in found] == [
            ({"prefix": "c/"}, False),
            (None, True),
        ]
        stub.add_response("list_object_versions", empty, request("c/"))
        assert len(pages(s3, ["b/", "c/"], {"prefix": "c/"})) == 1


def test_a_cursor_with_a_removed_prefix_restarts_the_listing(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_response("list_object_versions", {"IsTruncated": False}, request("new/"))
        assert len(pages(s3, ["new/"], {"prefix": "old/", "key": "old/k"})) == 1


def test_a_cursor_with_a_deleted_version_continues_after_its_key(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("list_object_versions", "InvalidArgument")
        stub.add_response("list_object_versions", {"IsTruncated": False}, request(KeyMarker="k"))
        assert len(pages(s3, [], {"prefix": "", "key": "k", "version": "v"})) == 1
        stub.add_client_error("list_object_versions", "InvalidArgument")
        with pytest.raises(Retryable):
            pages(s3, [], {"prefix": "", "key": "k"})
