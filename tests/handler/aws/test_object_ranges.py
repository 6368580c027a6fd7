"""Byte ranges of objects are read from S3; stubs check each request against botocore's models."""

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from handler.model.byte_ranges import Span
from handler.model.errors import Retryable, Superseded
from tests.handler.aws.s3_responses import FACTS, body, store

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


pytestmark = pytest.mark.usefixtures("credentials")


PART = {**FACTS, "ContentLength": 3, "ContentRange": "bytes 2-4/9"}


def test_a_range_is_read_if_the_object_is_unchanged(s3: "S3Client") -> None:
    asked = {"Bucket": "b", "Key": "k", "Range": "bytes=2-4", "IfMatch": '"e"'}
    with Stubber(s3) as stub:
        stub.add_response("get_object", {**PART, "Body": body(b"ata")}, asked)
        stored = store(s3).get_part("b", "k", "v1", Span(start=2, end=5), etag="e")
    assert (stored.data, stored.facts.size_bytes, stored.facts.version_id) == (b"ata", 9, "v1")


def test_the_first_range_must_be_of_the_requested_version(s3: "S3Client") -> None:
    asked = {"Bucket": "b", "Key": "k", "Range": "bytes=0-2"}
    with Stubber(s3) as stub:
        stub.add_response("get_object", {**PART, "Body": body(b"dat")}, asked)
        with pytest.raises(Superseded):
            store(s3).get_part("b", "k", "v0", Span(start=0, end=3), etag=None)


def test_an_object_overwritten_between_two_ranges_is_superseded(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "PreconditionFailed", http_status_code=412)
        with pytest.raises(Superseded):
            store(s3).get_part("b", "k", "v1", Span(start=2, end=5), etag="e")


def test_an_empty_object_has_no_range_but_facts(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "InvalidRange", http_status_code=416)
        empty = {**FACTS, "ContentLength": 0, "Body": body(b"")}
        stub.add_response("get_object", empty, {"Bucket": "b", "Key": "k"})
        stored = store(s3).get_part("b", "k", "v1", Span(start=0, end=5), etag=None)
    assert (stored.data, stored.facts.size_bytes) == (b"", 0)


def test_a_truncated_range_is_retried(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_response("get_object", {**PART, "Body": StreamingBody(BytesIO(b"a"), 1)})
        with pytest.raises(Retryable):
            store(s3).get_part("b", "k", "v1", Span(start=2, end=5), etag=None)
