"""Uploads and variants, on S3."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NotRequired, TypedDict
from urllib.parse import urlencode

from botocore.exceptions import ClientError

from handler.aws.errors import error_code, translated
from handler.errors import Retryable, SourceGone, Superseded
from handler.headers import Headers
from handler.images.facts import ObjectFacts
from handler.limits import check_source_bytes
from handler.ports import StoredObject
from handler.versions import asked_version, is_same, version_of_stored

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef, HeadObjectOutputTypeDef

_GONE = {
    "404",  # HeadObject answers without a body, so botocore has the status only
    "NoSuchKey",
    "NoSuchVersion",
    "405",
    "MethodNotAllowed",  # the version is a delete marker
}


class _PutArguments(TypedDict):
    """What PutObject is told beside bucket, key and body."""

    ContentType: str
    CacheControl: NotRequired[str]
    ContentDisposition: NotRequired[str]
    Metadata: NotRequired[Mapping[str, str]]
    Tagging: NotRequired[str]


class S3ObjectStore:
    """`ObjectStore` on S3.

    Args:
        follow_deletes: Whether an object under a delete marker is gone. If not, the newest version
            that is still stored counts.
    """

    def __init__(self, client: "S3Client", *, follow_deletes: bool) -> None:
        self._client = client
        self._follow_deletes = follow_deletes

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        with translated():
            try:
                with _gone(f"{bucket}/{key}"):
                    return _facts(self._client.head_object(Bucket=bucket, Key=key))
            except SourceGone:
                if self._follow_deletes:
                    raise
                return self._newest_stored(bucket, key)

    def get_newest(self, bucket: str, key: str, version_id: str, max_bytes: int) -> StoredObject:
        with translated():
            try:
                with _gone(f"{bucket}/{key}"):
                    response = self._client.get_object(Bucket=bucket, Key=key)
            except SourceGone:
                if self._follow_deletes:
                    raise
                _check_newest(self._newest_stored(bucket, key).version_id, version_id)
                with _gone(f"{bucket}/{key}"):
                    response = self._client.get_object(
                        Bucket=bucket, Key=key, VersionId=asked_version(version_id)
                    )
            return _read(response, version_id, max_bytes)

    def tags(self, bucket: str, key: str, version_id: str) -> Mapping[str, str]:
        with translated(), _gone(f"{bucket}/{key}"):
            answer = self._client.get_object_tagging(
                Bucket=bucket, Key=key, VersionId=asked_version(version_id)
            )
        return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}

    def put(self, bucket: str, key: str, data: bytes, headers: Headers) -> None:
        with translated():
            self._client.put_object(Bucket=bucket, Key=key, Body=data, **_as_arguments(headers))

    def remove(self, bucket: str, keys: Sequence[str]) -> None:
        with translated():
            answer = self._client.delete_objects(
                Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
            )
        if errors := answer.get("Errors"):
            raise Retryable(f"{len(errors)} of {len(keys)} variants were not removed: {errors[0]}")

    def _newest_stored(self, bucket: str, key: str) -> ObjectFacts:
        """Return the newest version under any delete markers.

        S3 lists keys in order, so `key` comes before what it is a prefix of, and the versions of a
        key from the newest to the oldest:
        https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
        """
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=bucket, Prefix=key, PaginationConfig={"PageSize": 10}
        )
        for page in pages:
            for version in page.get("Versions", []):
                if version.get("Key") != key:
                    break
                return ObjectFacts(
                    version_id=version_of_stored(
                        version.get("VersionId"), version.get("ETag"), version.get("LastModified")
                    ),
                    size_bytes=version.get("Size"),
                    last_modified=version.get("LastModified"),
                )
            if any(marker.get("Key") != key for marker in page.get("DeleteMarkers", [])):
                break
        raise SourceGone(f"{bucket}/{key} does not exist any more")


def _as_arguments(headers: Headers) -> _PutArguments:
    """Return the arguments of PutObject. What is not asked for is not sent."""
    arguments = _PutArguments(ContentType=headers.content_type)
    if headers.cache_control:
        arguments["CacheControl"] = headers.cache_control
    if headers.content_disposition:
        arguments["ContentDisposition"] = headers.content_disposition
    if headers.user_metadata:
        arguments["Metadata"] = headers.user_metadata
    if headers.tags:
        arguments["Tagging"] = urlencode(headers.tags)
    return arguments


def _check_newest(newest: str, version_id: str) -> None:
    if not is_same(newest, version_id):
        raise Superseded(f"version {newest} is newer than {version_id}")


def _read(response: "GetObjectOutputTypeDef", version_id: str, max_bytes: int) -> StoredObject:
    expected_bytes = response["ContentLength"]
    with response["Body"] as body:
        facts = _facts(response)
        _check_newest(facts.version_id, version_id)
        check_source_bytes(expected_bytes, max_bytes)
        data = body.read(max_bytes + 1)
    if len(data) != expected_bytes:
        # botocore checks this only for reads without a limit. A cut image would be "damaged".
        raise Retryable(f"{expected_bytes} bytes were announced, {len(data)} were read")
    return StoredObject(
        facts=replace(facts, version_id=version_id),
        data=data,
        user_metadata=response.get("Metadata", {}),
    )


def _facts(response: "GetObjectOutputTypeDef | HeadObjectOutputTypeDef") -> ObjectFacts:
    return ObjectFacts(
        version_id=version_of_stored(
            response.get("VersionId"), response["ETag"], response["LastModified"]
        ),
        size_bytes=response["ContentLength"],
        content_type=response.get("ContentType"),
        etag=response["ETag"].strip('"'),
        last_modified=response["LastModified"],
    )


@contextmanager
def _gone(name: str) -> Generator[None]:
    try:
        yield
    except ClientError as error:
        if error_code(error) in _GONE:
            raise SourceGone(f"{name} does not exist any more") from error
        raise
