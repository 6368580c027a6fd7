"""What the answers of S3 to a read become."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from handler.aws.errors import error_code
from handler.config.limits import check_source_bytes
from handler.model.errors import Retryable, SourceGone, Superseded
from handler.model.facts import ObjectFacts
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


def read_whole(response: "GetObjectOutputTypeDef", version_id: str, max_bytes: int) -> StoredObject:
    """Read an answer to its end, if it is of a version, and not larger than is allowed."""
    facts = facts_of(response)
    with response["Body"] as body:
        check_newest(facts.version_id, version_id)
        check_source_bytes(response["ContentLength"], max_bytes)
        data = body.read(max_bytes + 1)
    return _stored(response, facts, version_id, data)


def read_part(response: "GetObjectOutputTypeDef", version_id: str) -> StoredObject:
    """Read an answer that is a part of an object, if it is of a version.

    How large the object is, is told behind the stroke: `bytes 0-65535/10485760`, RFC 9110, section
    14.4. Without that, the part is all of it.
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
    """Return what an answer tells of a version."""
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
    """Refuse a version that is not the newest one.

    Raises:
        Superseded: If it is not.
    """
    if not is_same(newest, version_id):
        raise Superseded(f"version {newest} is newer than {version_id}")


@contextmanager
def gone(name: str) -> Generator[None]:
    """Tell of what is not there, and of what was overwritten between two reads."""
    try:
        yield
    except ClientError as error:
        if error_code(error) in _GONE:
            raise SourceGone(f"{name} does not exist any more") from error
        if error_code(error) == "PreconditionFailed":
            raise Superseded(f"{name} was overwritten between two reads") from error
        raise


def _stored(
    response: "GetObjectOutputTypeDef", facts: ObjectFacts, version_id: str, data: bytes
) -> StoredObject:
    if len(data) != response["ContentLength"]:
        # botocore checks this only for reads without a limit. A cut image would be "damaged".
        raise Retryable(f"{response['ContentLength']} bytes were announced, {len(data)} were read")
    return StoredObject(
        facts=replace(facts, version_id=version_id),
        data=data,
        user_metadata=response.get("Metadata", {}),
    )
