"""Conversion of S3's responses to reads."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from handler.aws.errors import error_code
from handler.model.errors import Reason, Rejected, Retryable, SourceGone, Superseded
from handler.model.facts import ObjectFacts
from handler.model.limits import check_source_bytes
from handler.model.versions import is_same, version_of_stored
from handler.ports import StoredObject

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef, HeadObjectOutputTypeDef

_GONE = {
    "404",  # HeadObject answers without a body, so botocore has the status only
    "NoSuchKey",
    "NoSuchVersion",
    "405",
    "MethodNotAllowed",  # the version is a delete marker
}


_ARCHIVED = "InvalidObjectState"
"""https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Errors"""

_CUSTOMER_KEY = ("InvalidRequest", "The object was stored using a form of Server Side Encryption")
"""Code, which S3 uses for much else too, and the beginning of the message.
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList"""


def read_whole(response: "GetObjectOutputTypeDef", version_id: str, max_bytes: int) -> StoredObject:
    """Read the body of a response, if it is the expected version and not too large."""
    facts = facts_of(response)
    with response["Body"] as body:
        check_newest(facts.version_id, version_id)
        check_source_bytes(response["ContentLength"], max_bytes)
        data = body.read(max_bytes + 1)
    return _stored(response, facts, version_id, data)


def read_part(response: "GetObjectOutputTypeDef", version_id: str) -> StoredObject:
    """Read a response with a byte range, if it is the expected version.

    The size of the whole object follows the slash in Content-Range, `bytes 0-65535/10485760`: RFC
    9110, section 14.4. Without that header the body is the whole object.
    """
    facts = facts_of(response)
    with response["Body"] as body:
        check_newest(facts.version_id, version_id)
        data = body.read()
    _, _, size = response.get("ContentRange", "").rpartition("/")
    if size.isdecimal():
        facts = replace(facts, size_bytes=int(size))
    return _stored(response, facts, version_id, data)


def facts_of(response: "GetObjectOutputTypeDef | HeadObjectOutputTypeDef") -> ObjectFacts:
    """Return the facts in a response about a version."""
    return ObjectFacts(
        version_id=version_of_stored(
            response.get("VersionId"), response["ETag"], response["LastModified"]
        ),
        size_bytes=response["ContentLength"],
        content_type=response.get("ContentType"),
        etag=response["ETag"].strip('"'),
        last_modified=response["LastModified"],
    )


def check_newest(newest: str, version_id: str) -> None:
    """Check that a version is the newest one.

    Raises:
        Superseded: If it is not.
    """
    if not is_same(newest, version_id):
        raise Superseded(f"version {newest} is newer than {version_id}")


@contextmanager
def translated_object_errors(name: str) -> Generator[None]:
    """Raise what an error of S3 says about an object.

    Raises:
        SourceGone: If it is missing.
        Superseded: If it was overwritten.
        Rejected: If it cannot be read (`archived`, `customer-key`).
    """
    try:
        yield
    except ClientError as error:
        if error_code(error) in _GONE:
            raise SourceGone(f"{name} does not exist any more") from error
        if error_code(error) == "PreconditionFailed":
            raise Superseded(f"{name} was overwritten between two reads") from error
        if error_code(error) == _ARCHIVED:
            detail = "the object is archived: restore it, and S3's event about that processes it"
            raise Rejected(Reason.ARCHIVED, detail) from error
        code, message = _CUSTOMER_KEY
        if error_code(error) == code and message in str(error):
            detail = "the object is encrypted under a key that S3 does not keep (SSE-C)"
            raise Rejected(Reason.CUSTOMER_KEY, detail) from error
        raise


def _stored(
    response: "GetObjectOutputTypeDef", facts: ObjectFacts, version_id: str, data: bytes
) -> StoredObject:
    if len(data) != response["ContentLength"]:
        # botocore checks this only for unlimited reads. A truncated image would be "damaged".
        raise Retryable(f"{response['ContentLength']} bytes were announced, {len(data)} were read")
    return StoredObject(
        facts=replace(facts, version_id=version_id),
        data=data,
        user_metadata=response.get("Metadata", {}),
    )
