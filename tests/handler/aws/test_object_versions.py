"""The newest version is read with and without versioning, and under delete markers."""

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from handler.model.errors import SourceGone, Superseded
from handler.model.facts import ObjectFacts
from tests.handler.aws.s3_responses import FACTS, TIME, body, store

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


pytestmark = pytest.mark.usefixtures("credentials")


@pytest.mark.parametrize("kept", [{}, {"VersionId": "null"}])
def test_without_versioning_only_equal_bytes_count_as_the_newest_version(
    s3: "S3Client", kept: dict[str, str]
) -> None:
    facts = {name: value for name, value in FACTS.items() if name != "VersionId"} | kept
    with Stubber(s3) as stub:
        for _ in range(2):
            stub.add_response("get_object", {**facts, "Body": body(b"data")})
        stored = store(s3).get_newest("b", "k", "null:e:00A", 4)
        assert (stored.data, stored.facts.version_id) == (b"data", "null:e:00A")
        with pytest.raises(Superseded):
            store(s3).get_newest("b", "k", "null:d:00A", 4)


def test_an_unversioned_object_is_found_under_a_delete_marker(s3: "S3Client") -> None:
    listed = {"Key": "k", "VersionId": "null", "ETag": '"e"', "Size": 4, "LastModified": TIME}
    facts = {**FACTS, "VersionId": "null"}
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "NoSuchKey")
        stub.add_response("list_object_versions", {"Versions": [listed]})
        asked = {"Bucket": "b", "Key": "k", "VersionId": "null"}
        stub.add_response("get_object", {**facts, "Body": body(b"data")}, asked)
        stored = store(s3, follow_deletes=False).get_newest("b", "k", "null:e:00A", 4)
    assert stored.facts.version_id == "null:e:00A"


def test_an_older_version_is_superseded_and_not_read(s3: "S3Client") -> None:
    content = BytesIO(b"data")
    with Stubber(s3) as stub:
        stub.add_response("get_object", {**FACTS, "Body": StreamingBody(content, 4)})
        with pytest.raises(Superseded):
            store(s3).get_newest("b", "k", "v0", 4)
    assert content.closed


LISTED = {
    "Versions": [
        {"Key": "k", "VersionId": "v1", "Size": 4, "LastModified": TIME},
        {"Key": "k", "VersionId": "v0", "Size": 3, "LastModified": TIME},
        {"Key": "k2", "VersionId": "v9", "Size": 9, "LastModified": TIME},
    ],
    "DeleteMarkers": [{"Key": "k", "VersionId": "m1", "LastModified": TIME}],
}


def test_a_delete_marker_is_ignored_unless_deletes_are_followed(
    s3: "S3Client",
) -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "NoSuchKey")
        stub.add_response("list_object_versions", LISTED)
        request = {"Bucket": "b", "Key": "k", "VersionId": "v1"}
        stub.add_response("get_object", {**FACTS, "Body": body(b"data")}, request)
        stored = store(s3, follow_deletes=False).get_newest("b", "k", "v1", 4)
        assert stored.data == b"data"
        stub.add_client_error("head_object", "404")
        stub.add_response("list_object_versions", LISTED)
        facts = store(s3, follow_deletes=False).newest("b", "k")
        assert facts == ObjectFacts(version_id="v1", size_bytes=4, last_modified=TIME)


@pytest.mark.parametrize(
    "listed",
    [{}, {"Versions": [{"Key": "k2", "VersionId": "v9"}]}, {"DeleteMarkers": [{"Key": "k2"}]}],
    ids=["nothing", "another key's version", "another key's marker"],
)
def test_a_key_without_stored_versions_is_gone(s3: "S3Client", listed: dict[str, object]) -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("head_object", "404")
        stub.add_response("list_object_versions", listed)
        with pytest.raises(SourceGone):
            store(s3, follow_deletes=False).newest("b", "k")
