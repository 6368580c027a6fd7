"""Objects, versions and delete markers, according to the documentation of Amazon S3."""

from datetime import UTC

import pytest

from tests.conformance.both import Aws
from tests.conformance.calls import delete, put, refused


def test_an_object_is_read_as_it_was_put(aws: Aws) -> None:
    """Names of user-defined metadata are stored in lower case, and ETags are quoted.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
    """
    stored = put(aws, "a/b c+d.jpg", b"12345", Metadata={"Owner": "me"})
    for found in (
        aws.client("s3").head_object(Bucket=aws.versioned, Key="a/b c+d.jpg"),
        aws.client("s3").get_object(Bucket=aws.versioned, Key="a/b c+d.jpg"),
    ):
        assert (found["ContentLength"], found["ContentType"]) == (5, "image/jpeg")
        assert found["Metadata"] == {"owner": "me"}
        assert (found["VersionId"], found["ETag"]) == (stored["VersionId"], stored["ETag"])
        assert found["ETag"][0] == found["ETag"][-1] == '"'
        assert found["LastModified"].astimezone(UTC).microsecond == 0
    assert found["Body"].read() == b"12345"


def test_each_put_makes_a_version_and_a_read_returns_the_newest_unless_another_is_named(
    aws: Aws,
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html"""
    s3 = aws.client("s3")
    old, new = put(aws, "a", b"old"), put(aws, "a", b"new")
    assert old["VersionId"] != new["VersionId"]
    assert s3.get_object(Bucket=aws.versioned, Key="a")["Body"].read() == b"new"
    by_version = s3.get_object(Bucket=aws.versioned, Key="a", VersionId=old["VersionId"])
    assert by_version["Body"].read() == b"old"
    assert by_version["VersionId"] == old["VersionId"]


def test_a_bucket_without_versioning_keeps_one_object_per_key_as_version_null(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"""
    s3 = aws.client("s3")
    assert "VersionId" not in put(aws, "a", b"old", bucket=aws.unversioned)
    put(aws, "a", b"new", bucket=aws.unversioned)
    assert "VersionId" not in s3.head_object(Bucket=aws.unversioned, Key="a")
    found = s3.get_object(Bucket=aws.unversioned, Key="a", VersionId="null")
    assert found["Body"].read() == b"new"
    listed = s3.list_object_versions(Bucket=aws.unversioned, Prefix="")["Versions"]
    assert [(each["VersionId"], each["IsLatest"]) for each in listed] == [("null", True)]


def test_a_delete_adds_a_marker_and_keeps_the_versions(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html"""
    s3 = aws.client("s3")
    version_id = put(aws, "a", b"1")["VersionId"]
    (deleted,) = delete(aws, {"Key": "a"})["Deleted"]
    assert (deleted["Key"], deleted["DeleteMarker"]) == ("a", True)
    marker = deleted["DeleteMarkerVersionId"]
    assert refused(s3.head_object, Bucket=aws.versioned, Key="a") == ("404", 404)
    assert refused(s3.get_object, Bucket=aws.versioned, Key="a") == ("NoSuchKey", 404)
    assert refused(s3.get_object, Bucket=aws.versioned, Key="a", VersionId=marker) == (
        "MethodNotAllowed",
        405,
    )
    stored = s3.get_object(Bucket=aws.versioned, Key="a", VersionId=version_id)
    assert stored["Body"].read() == b"1"


def test_deleting_the_marker_restores_the_object(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManagingDelMarkers.html"""
    put(aws, "a", b"1")
    (deleted,) = delete(aws, {"Key": "a"})["Deleted"]
    delete(aws, {"Key": "a", "VersionId": deleted["DeleteMarkerVersionId"]})
    found = aws.client("s3").get_object(Bucket=aws.versioned, Key="a")
    assert found["Body"].read() == b"1"


def test_a_version_deleted_by_its_id_is_gone(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html"""
    s3 = aws.client("s3")
    put(aws, "a", b"old")
    version_id = put(aws, "a", b"new")["VersionId"]
    delete(aws, {"Key": "a", "VersionId": version_id})
    assert s3.get_object(Bucket=aws.versioned, Key="a")["Body"].read() == b"old"
    code, status = refused(s3.get_object, Bucket=aws.versioned, Key="a", VersionId=version_id)
    assert (code, status) == ("NoSuchVersion", 404)


def test_deleting_a_missing_object_is_no_error(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""
    answer = delete(aws, {"Key": "none"}, bucket=aws.unversioned)
    assert [each["Key"] for each in answer["Deleted"]] == ["none"]
    assert "Errors" not in answer


def test_a_quiet_delete_returns_only_errors(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""
    put(aws, "a", b"1", bucket=aws.unversioned)
    answer = delete(aws, {"Key": "a"}, bucket=aws.unversioned, quiet=True)
    assert {"Deleted", "Errors"}.isdisjoint(answer)
    assert refused(aws.client("s3").head_object, Bucket=aws.unversioned, Key="a") == ("404", 404)


def test_the_error_code_says_what_is_missing(aws: Aws) -> None:
    """A response to HEAD has no body, so the error code is the HTTP status.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    s3 = aws.client("s3")
    assert refused(s3.head_object, Bucket=aws.versioned, Key="none") == ("404", 404)
    assert refused(s3.get_object, Bucket=aws.versioned, Key="none") == ("NoSuchKey", 404)
    assert refused(s3.get_object, Bucket="no-such-bucket", Key="a") == ("NoSuchBucket", 404)


def test_a_read_with_if_match_returns_that_etag_or_fails(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html"""
    s3 = aws.client("s3")
    old = put(aws, "a", b"old", bucket=aws.unversioned)["ETag"]
    found = s3.get_object(Bucket=aws.unversioned, Key="a", IfMatch=old)
    assert found["Body"].read() == b"old"
    put(aws, "a", b"new", bucket=aws.unversioned)
    assert refused(s3.get_object, Bucket=aws.unversioned, Key="a", IfMatch=old) == (
        "PreconditionFailed",
        412,
    )


@pytest.mark.parametrize(
    ("asked", "body", "where"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=4-4", b"4", "bytes 4-4/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
def test_a_range_is_truncated_at_the_end_of_the_object(
    aws: Aws, asked: str, body: bytes, where: str
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""
    put(aws, "a", b"0123456789")
    found = aws.client("s3").get_object(Bucket=aws.versioned, Key="a", Range=asked)
    assert (found["Body"].read(), found["ContentRange"]) == (body, where)
    assert found["ContentLength"] == len(body)


@pytest.mark.parametrize("data", [b"", b"01234"], ids=["empty", "short"])
def test_a_range_that_starts_after_the_end_is_refused(aws: Aws, data: bytes) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    put(aws, "a", data)
    assert refused(
        aws.client("s3").get_object, Bucket=aws.versioned, Key="a", Range="bytes=5-9"
    ) == ("InvalidRange", 416)


def test_tags_belong_to_a_version(aws: Aws) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html"""
    s3 = aws.client("s3")
    tagged = put(aws, "a", b"1", Tagging="kind=a%20photo&empty=")["VersionId"]
    bare = put(aws, "a", b"2")["VersionId"]

    def tags(version_id: str) -> dict[str, str]:
        answer = s3.get_object_tagging(Bucket=aws.versioned, Key="a", VersionId=version_id)
        return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}

    assert tags(tagged) == {"kind": "a photo", "empty": ""}
    assert tags(bare) == {}
    delete(aws, {"Key": "a", "VersionId": bare})
    code, status = refused(s3.get_object_tagging, Bucket=aws.versioned, Key="a", VersionId=bare)
    assert (code, status) == ("NoSuchVersion", 404)
