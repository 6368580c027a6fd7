"""What is asked of S3, call by call, and what its answers become.

Stubs check each request against botocore's models. That the role allows each call is shown on the
emulator by tests/local.
"""

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from handler.aws.objects import S3ObjectStore
from handler.images.source.byte_ranges import Span
from handler.model.errors import Reason, Rejected, Retryable, SourceGone, Superseded
from handler.model.facts import ObjectFacts
from handler.model.object_headers import Headers

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.usefixtures("credentials")

TIME = datetime(2026, 11, 21, tzinfo=UTC)
FACTS = {
    "ContentLength": 4,
    "ContentType": "image/jpeg",
    "ETag": '"e"',
    "LastModified": TIME,
    "VersionId": "v1",
}


@pytest.fixture
def s3() -> "S3Client":
    # boto3.client is overloaded for all of AWS, and not all of its stubs are installed.
    return boto3.client("s3")  # pyright: ignore[reportUnknownMemberType]


def store(s3: "S3Client", *, follow_deletes: bool = True) -> S3ObjectStore:
    return S3ObjectStore(s3, follow_deletes=follow_deletes)


def body(content: bytes) -> StreamingBody:
    return StreamingBody(BytesIO(content), len(content))


def test_the_newest_version_is_read_with_what_is_known_of_it(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        response = {**FACTS, "Body": body(b"data")}
        stub.add_response("get_object", response, {"Bucket": "b", "Key": "k"})
        stored = store(s3).get_newest("b", "k", "v1", 4)
    assert stored.data == b"data"
    assert stored.facts == ObjectFacts(
        version_id="v1", size_bytes=4, content_type="image/jpeg", etag="e", last_modified=TIME
    )


@pytest.mark.parametrize("kept", [{}, {"VersionId": "null"}])
def test_without_versioning_the_same_bytes_are_the_newest_and_others_are_not(
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


def test_a_version_from_before_versioning_is_found_under_a_delete_marker(s3: "S3Client") -> None:
    listed = {"Key": "k", "VersionId": "null", "ETag": '"e"', "Size": 4, "LastModified": TIME}
    facts = {**FACTS, "VersionId": "null"}
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "NoSuchKey")
        stub.add_response("list_object_versions", {"Versions": [listed]})
        asked = {"Bucket": "b", "Key": "k", "VersionId": "null"}
        stub.add_response("get_object", {**facts, "Body": body(b"data")}, asked)
        stored = store(s3, follow_deletes=False).get_newest("b", "k", "null:e:00A", 4)
    assert stored.facts.version_id == "null:e:00A"


@pytest.mark.parametrize(
    ("length", "reason"), [(0, Reason.EMPTY), (5, Reason.TOO_LARGE), (10**12, Reason.TOO_LARGE)]
)
def test_an_object_of_a_wrong_size_is_rejected_unread(
    s3: "S3Client", length: int, reason: Reason
) -> None:
    class MalformedEvent(BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    content = MalformedEvent()
    with Stubber(s3) as stub:
        response = {**FACTS, "ContentLength": length, "Body": StreamingBody(content, length)}
        stub.add_response("get_object", response)
        with pytest.raises(Rejected) as caught:
            store(s3).get_newest("b", "k", "v1", 4)
    assert caught.value.reason is reason
    assert content.closed


@pytest.mark.parametrize("content", [b"dat", b"x" * 1_000])
def test_a_body_of_another_length_than_it_said_is_tried_again(
    s3: "S3Client", content: bytes
) -> None:
    with Stubber(s3) as stub:
        stub.add_response("get_object", {**FACTS, "Body": StreamingBody(BytesIO(content), 4)})
        with pytest.raises(Retryable, match=r"4 bytes were announced, [39] were read"):
            store(s3).get_newest("b", "k", "v1", 8)


@pytest.mark.parametrize("code", ["NoSuchKey", "404"])
def test_a_missing_object_is_gone(s3: "S3Client", code: str) -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", code)
        stub.add_client_error("head_object", code)
        with pytest.raises(SourceGone):
            store(s3).get_newest("b", "k", "v1", 4)
        with pytest.raises(SourceGone):
            store(s3).newest("b", "k")


@pytest.mark.parametrize("code", ["AccessDenied", "SlowDown", "InternalError", "NoSuchBucket"])
def test_whatever_else_s3_refuses_is_tried_again(s3: "S3Client", code: str) -> None:
    with Stubber(s3) as stub:
        for operation in ("get_object", "head_object", "put_object"):
            stub.add_client_error(operation, code)
        with pytest.raises(Retryable, match=code):
            store(s3).get_newest("b", "k", "v1", 4)
        with pytest.raises(Retryable, match=code):
            store(s3).newest("b", "k")
        with pytest.raises(Retryable, match=code):
            store(s3).put("b", "k", b"", Headers(content_type="image/png"))


def test_a_broken_connection_is_tried_again(s3: "S3Client") -> None:
    class Broken(BytesIO):
        def read(self, *_: object) -> bytes:
            raise ConnectTimeoutError(endpoint_url="https://s3")

    with Stubber(s3) as stub:
        stub.add_response("get_object", {**FACTS, "Body": StreamingBody(Broken(), 4)})
        with pytest.raises(Retryable, match="ConnectTimeoutError"):
            store(s3).get_newest("b", "k", "v1", 4)


def test_a_variant_is_stored_with_its_type(s3: "S3Client") -> None:
    request = {"Bucket": "b", "Key": "k", "Body": b"data", "ContentType": "image/png"}
    with Stubber(s3) as stub:
        stub.add_response("put_object", {}, request)
        store(s3).put("b", "k", b"data", Headers(content_type="image/png"))
        stub.assert_no_pending_responses()


def test_a_variant_is_stored_with_all_that_is_said_of_it(s3: "S3Client") -> None:
    headers = Headers(
        content_type="image/png",
        cache_control="no-store",
        content_disposition="inline",
        user_metadata={"author": "Ann"},
        tags={"a": "x & y", "b": ""},
    )
    request = {
        **{"Bucket": "b", "Key": "k", "Body": b"data", "ContentType": "image/png"},
        **{"CacheControl": "no-store", "ContentDisposition": "inline"},
        **{"Metadata": {"author": "Ann"}, "Tagging": "a=x+%26+y&b="},
    }
    with Stubber(s3) as stub:
        stub.add_response("put_object", {}, request)
        store(s3).put("b", "k", b"data", headers)


def test_the_tags_of_a_version_are_read(s3: "S3Client") -> None:
    for version_id, asked in (("v1", "v1"), ("null:e:1", "null")):
        with Stubber(s3) as stub:
            request = {"Bucket": "b", "Key": "k", "VersionId": asked}
            response = {"TagSet": [{"Key": "a", "Value": "1"}]}
            stub.add_response("get_object_tagging", response, request)
            assert store(s3).tags("b", "k", version_id) == {"a": "1"}
            stub.add_client_error("get_object_tagging", "NoSuchVersion")
            with pytest.raises(SourceGone):
                store(s3).tags("b", "k", version_id)


def test_the_users_metadata_are_read_with_an_object(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_response(
            "get_object", {**FACTS, "Metadata": {"author": "Ann"}, "Body": body(b"data")}
        )
        assert store(s3).get_newest("b", "k", "v1", 4).user_metadata == {"author": "Ann"}


def test_a_version_that_is_not_the_newest_is_superseded_and_not_read(s3: "S3Client") -> None:
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


def test_under_a_delete_marker_the_newest_stored_version_counts_unless_deletes_are_followed(
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
def test_what_has_no_stored_version_is_gone(s3: "S3Client", listed: dict[str, object]) -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("head_object", "404")
        stub.add_response("list_object_versions", listed)
        with pytest.raises(SourceGone):
            store(s3, follow_deletes=False).newest("b", "k")


def test_variants_are_removed_in_one_call_and_a_partial_failure_is_tried_again(
    s3: "S3Client",
) -> None:
    with Stubber(s3) as stub:
        objects = [{"Key": "x"}, {"Key": "y"}]
        request = {"Bucket": "b", "Delete": {"Objects": objects, "Quiet": True}}
        stub.add_response("delete_objects", {}, request)
        store(s3).remove("b", ["x", "y"])
        stub.add_response("delete_objects", {"Errors": [{"Key": "x", "Code": "InternalError"}]})
        with pytest.raises(Retryable, match="1 of 2 variants"):
            store(s3).remove("b", ["x", "y"])


PART = {**FACTS, "ContentLength": 3, "ContentRange": "bytes 2-4/9"}


def test_a_part_is_read_if_the_object_is_still_the_same(s3: "S3Client") -> None:
    asked = {"Bucket": "b", "Key": "k", "Range": "bytes=2-4", "IfMatch": '"e"'}
    with Stubber(s3) as stub:
        stub.add_response("get_object", {**PART, "Body": body(b"ata")}, asked)
        stored = store(s3).get_part("b", "k", "v1", Span(start=2, end=5), etag="e")
    assert (stored.data, stored.facts.size_bytes, stored.facts.version_id) == (b"ata", 9, "v1")


def test_the_first_part_is_of_the_version_that_is_asked_for(s3: "S3Client") -> None:
    asked = {"Bucket": "b", "Key": "k", "Range": "bytes=0-2"}
    with Stubber(s3) as stub:
        stub.add_response("get_object", {**PART, "Body": body(b"dat")}, asked)
        with pytest.raises(Superseded):
            store(s3).get_part("b", "k", "v0", Span(start=0, end=3), etag=None)


def test_an_object_that_was_overwritten_between_two_parts_is_superseded(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "PreconditionFailed", http_status_code=412)
        with pytest.raises(Superseded):
            store(s3).get_part("b", "k", "v1", Span(start=2, end=5), etag="e")


def test_an_object_without_bytes_has_no_part_but_facts(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "InvalidRange", http_status_code=416)
        empty = {**FACTS, "ContentLength": 0, "Body": body(b"")}
        stub.add_response("get_object", empty, {"Bucket": "b", "Key": "k"})
        stored = store(s3).get_part("b", "k", "v1", Span(start=0, end=5), etag=None)
    assert (stored.data, stored.facts.size_bytes) == (b"", 0)


def test_a_part_that_was_cut_short_is_read_again_later(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_response("get_object", {**PART, "Body": StreamingBody(BytesIO(b"a"), 1)})
        with pytest.raises(Retryable):
            store(s3).get_part("b", "k", "v1", Span(start=2, end=5), etag=None)
