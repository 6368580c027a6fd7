"""Objects are read from, written to and deleted from S3.

Stubs check each request against botocore's models. Tests in `tests/local` check that the role
allows each call.
"""

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from handler.model.byte_ranges import Span
from handler.model.errors import Reason, Rejected, Retryable, SourceGone
from handler.model.facts import ObjectFacts
from handler.model.object_headers import Headers
from tests.handler.aws.s3_responses import FACTS, TIME, body, store

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.usefixtures("credentials")


def test_the_newest_version_is_read_with_its_facts(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        response = {**FACTS, "Body": body(b"data")}
        stub.add_response("get_object", response, {"Bucket": "b", "Key": "k"})
        stored = store(s3).get_newest("b", "k", "v1", 4)
    assert stored.data == b"data"
    assert stored.facts == ObjectFacts(
        version_id="v1", size_bytes=4, content_type="image/jpeg", etag="e", last_modified=TIME
    )


@pytest.mark.parametrize(
    ("length", "reason"), [(0, Reason.EMPTY), (5, Reason.TOO_LARGE), (10**12, Reason.TOO_LARGE)]
)
def test_an_object_of_an_invalid_size_is_rejected_without_reading_it(
    s3: "S3Client", length: int, reason: Reason
) -> None:
    class Unread(BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    content = Unread()
    with Stubber(s3) as stub:
        response = {**FACTS, "ContentLength": length, "Body": StreamingBody(content, length)}
        stub.add_response("get_object", response)
        with pytest.raises(Rejected) as caught:
            store(s3).get_newest("b", "k", "v1", 4)
    assert caught.value.reason is reason
    assert content.closed


@pytest.mark.parametrize("content", [b"dat", b"x" * 1_000])
def test_a_body_that_differs_from_its_content_length_is_retried(
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
def test_other_errors_of_s3_are_retried(s3: "S3Client", code: str) -> None:
    with Stubber(s3) as stub:
        for operation in ("get_object", "head_object", "put_object"):
            stub.add_client_error(operation, code)
        with pytest.raises(Retryable, match=code):
            store(s3).get_newest("b", "k", "v1", 4)
        with pytest.raises(Retryable, match=code):
            store(s3).newest("b", "k")
        with pytest.raises(Retryable, match=code):
            store(s3).put("b", "k", b"", Headers(content_type="image/png"))


def test_a_broken_connection_is_retried(s3: "S3Client") -> None:
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


def test_a_variant_is_stored_with_headers_metadata_and_tags(s3: "S3Client") -> None:
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


def test_variants_are_deleted_in_one_call_and_a_partial_failure_is_retried(
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


# As S3 answers: API_GetObject, "Errors", and ErrorResponses, "InvalidRequest".
ARCHIVED = ("InvalidObjectState", "The operation is not valid for the object's storage class", 403)
CUSTOMER_KEY = (
    "InvalidRequest",
    "The object was stored using a form of Server Side Encryption. The correct parameters must be"
    " provided to retrieve the object.",
    400,
)


@pytest.mark.parametrize(
    ("answer", "reason"), [(ARCHIVED, Reason.ARCHIVED), (CUSTOMER_KEY, Reason.CUSTOMER_KEY)]
)
def test_an_object_that_cannot_be_read_is_rejected(
    s3: "S3Client", answer: tuple[str, str, int], reason: Reason
) -> None:
    code, message, status = answer
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", code, message, status)
        with pytest.raises(Rejected) as caught:
            store(s3).get_newest("b", "k", "v1", 4)
    assert caught.value.reason is reason
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", code, message, status)
        with pytest.raises(Rejected):
            store(s3).get_part("b", "k", "v1", Span(start=0, end=4), etag=None)


def test_another_invalid_request_is_retried(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "InvalidRequest", "Missing required header", 400)
        with pytest.raises(Retryable):
            store(s3).get_newest("b", "k", "v1", 4)


def test_the_newest_version_is_listed_where_its_headers_are_refused(s3: "S3Client") -> None:
    """HeadObject of an object under a customer's key: 400, without a body."""
    with Stubber(s3) as stub:
        stub.add_client_error("head_object", "400", "Bad Request", 400)
        version = {"Key": "k", "VersionId": "v1", "ETag": '"e"', "Size": 4, "LastModified": TIME}
        stub.add_response("list_object_versions", {"Versions": [version]})
        assert store(s3).newest("b", "k").version_id == "v1"
