"""Stubbed responses of S3 that tests of the object store share."""

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from botocore.response import StreamingBody

from handler.aws.objects import S3ObjectStore

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

TIME = datetime(2026, 11, 21, tzinfo=UTC)
FACTS = {
    "ContentLength": 4,
    "ContentType": "image/jpeg",
    "ETag": '"e"',
    "LastModified": TIME,
    "VersionId": "v1",
}


def store(s3: "S3Client", *, follow_deletes: bool = True) -> S3ObjectStore:
    return S3ObjectStore(s3, follow_deletes=follow_deletes)


def body(content: bytes) -> StreamingBody:
    return StreamingBody(BytesIO(content), len(content))
