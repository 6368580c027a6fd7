"""Object store for uploads and variants on S3."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NotRequired, TypedDict
from urllib.parse import urlencode

from botocore.exceptions import ClientError

from handler.aws.errors import error_code, translated
from handler.aws.reading import (
    check_newest,
    facts_of,
    read_part,
    read_whole,
    translated_object_errors,
)
from handler.model.byte_ranges import Span
from handler.model.errors import Retryable, SourceGone
from handler.model.facts import ObjectFacts
from handler.model.object_headers import Headers
from handler.model.versions import asked_version, version_of_stored
from handler.ports import StoredObject

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef


class _PutArguments(TypedDict):
    """Arguments of PutObject other than bucket, key and body."""

    ContentType: str
    CacheControl: NotRequired[str]
    ContentDisposition: NotRequired[str]
    Metadata: NotRequired[Mapping[str, str]]
    Tagging: NotRequired[str]


class _RangeArguments(TypedDict):
    """Arguments of GetObject for a byte range."""

    Range: NotRequired[str]
    IfMatch: NotRequired[str]


class S3ObjectStore:
    """`ObjectStore` on S3.

    Args:
        follow_deletes: Whether an object under a delete marker counts as deleted. If not, its
            newest stored version is used.
    """

    def __init__(self, client: "S3Client", *, follow_deletes: bool) -> None:
        self._client = client
        self._follow_deletes = follow_deletes

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        with translated():
            try:
                with translated_object_errors(f"{bucket}/{key}"):
                    return facts_of(self._client.head_object(Bucket=bucket, Key=key))
            except SourceGone:
                if self._follow_deletes:
                    raise
                return self._newest_stored(bucket, key)
            except ClientError as error:
                # HeadObject answers so for an object under a customer's key, without a body:
                # https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
                if error_code(error) != "400":
                    raise
                return self._newest_stored(bucket, key)

    def get_newest(self, bucket: str, key: str, version_id: str, max_bytes: int) -> StoredObject:
        with translated():
            return read_whole(self._get(bucket, key, version_id), version_id, max_bytes)

    def get_part(
        self, bucket: str, key: str, version_id: str, span: Span, *, etag: str | None
    ) -> StoredObject:
        which = _RangeArguments(Range=f"bytes={span.start}-{span.end - 1}")
        if etag is not None:
            which["IfMatch"] = f'"{etag}"'
        with translated():
            try:
                response = self._get(bucket, key, version_id, which)
            except ClientError as error:
                if error_code(error) != "InvalidRange":
                    raise
                # An empty object has no satisfiable range: RFC 9110, section 15.5.17.
                response = self._get(bucket, key, version_id)
            return read_part(response, version_id)

    def _get(
        self, bucket: str, key: str, version_id: str, which: "_RangeArguments | None" = None
    ) -> "GetObjectOutputTypeDef":
        """Get the newest version, or the newest stored one if deletes are not followed."""
        asked = which or _RangeArguments()
        try:
            with translated_object_errors(f"{bucket}/{key}"):
                return self._client.get_object(Bucket=bucket, Key=key, **asked)
        except SourceGone:
            if self._follow_deletes:
                raise
            check_newest(self._newest_stored(bucket, key).version_id, version_id)
            with translated_object_errors(f"{bucket}/{key}"):
                return self._client.get_object(
                    Bucket=bucket, Key=key, VersionId=asked_version(version_id), **asked
                )

    def tags(self, bucket: str, key: str, version_id: str) -> Mapping[str, str]:
        with translated(), translated_object_errors(f"{bucket}/{key}"):
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
            raise Retryable(f"{len(errors)} of {len(keys)} variants were not deleted: {errors[0]}")

    def _newest_stored(self, bucket: str, key: str) -> ObjectFacts:
        """Return the newest version under any delete markers.

        S3 lists keys in order, so `key` precedes longer keys that start with it, and versions of a
        key from newest to oldest:
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
                    etag=version.get("ETag", "").strip('"') or None,
                    last_modified=version.get("LastModified"),
                )
            if any(marker.get("Key") != key for marker in page.get("DeleteMarkers", [])):
                break
        raise SourceGone(f"{bucket}/{key} does not exist any more")


def _as_arguments(headers: Headers) -> _PutArguments:
    """Return the arguments of PutObject, without those that are not set."""
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
