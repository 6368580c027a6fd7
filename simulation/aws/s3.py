"""The client of S3."""

from collections.abc import Iterator, Mapping
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from simulation.aws.errors import refusal
from simulation.aws.services import MakeCall, Paginator, Services
from simulation.aws.storage import Bucket as StoredBucket
from simulation.aws.storage import Labels, Version, facts, version_header

LISTED = 40
"""Most versions in a page: S3 may answer with fewer than it was asked for."""


class S3:
    """The client of S3."""

    def __init__(self, services: Services, call: MakeCall) -> None:
        self._buckets = services.buckets
        self._call = call

    def head_object(self, *, Bucket: str, Key: str) -> Any:
        def effect() -> object:
            newest = self._buckets[Bucket].newest(Key)
            if newest is None:  # an answer to HEAD has no body that names the error
                raise refusal("404", "HeadObject", status=404)
            return facts(newest)

        return self._call("s3.head_object", Key, effect)

    def get_object(
        self,
        *,
        Bucket: str,
        Key: str,
        VersionId: str | None = None,
        Range: str = "",
        IfMatch: str | None = None,
    ) -> Any:
        def effect() -> object:
            version = self._bucket(Bucket, "GetObject").find(Key, VersionId, "GetObject")
            if IfMatch not in (None, f'"{version.etag}"'):
                raise refusal("PreconditionFailed", "GetObject", status=412)
            return {**facts(version), **_part(version.data or b"", Range)}

        return self._call("s3.get_object", Key, effect)

    def put_object(
        self,
        *,
        Bucket: str,
        Key: str,
        Body: bytes,
        ContentType: str,
        CacheControl: str = "",
        ContentDisposition: str = "",
        Metadata: Mapping[str, str] | None = None,
        Tagging: str = "",
    ) -> Any:
        labels = Labels(
            cache_control=CacheControl,
            content_disposition=ContentDisposition,
            metadata={name.lower(): value for name, value in (Metadata or {}).items()},
            tags=dict(parse_qsl(Tagging, keep_blank_values=True)),
        )

        def effect() -> object:
            stored = self._bucket(Bucket, "PutObject").put(Key, Body, ContentType, labels)
            return {"ETag": f'"{stored.etag}"', **version_header(stored)}

        return self._call("s3.put_object", Key, effect)

    def get_object_tagging(self, *, Bucket: str, Key: str, VersionId: str) -> Any:
        def effect() -> object:
            tags = self._buckets[Bucket].find(Key, VersionId, "GetObjectTagging").labels.tags
            return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}

        return self._call("s3.get_object_tagging", Key, effect)

    def delete_objects(self, *, Bucket: str, Delete: Mapping[str, Any]) -> Any:
        def effect() -> object:
            bucket = self._bucket(Bucket, "DeleteObjects")
            deleted = [_delete(bucket, **each) for each in Delete["Objects"]]
            return {} if Delete.get("Quiet") else {"Deleted": deleted}

        return self._call("s3.delete_objects", Delete["Objects"][0]["Key"], effect)

    def list_object_versions(
        self,
        *,
        Bucket: str,
        Prefix: str = "",
        MaxKeys: int = 1_000,
        KeyMarker: str = "",
        VersionIdMarker: str = "",
    ) -> Any:
        bucket = self._bucket(Bucket, "ListObjectVersions")
        size = min(MaxKeys, LISTED)
        effect = partial(bucket.page_after, Prefix, KeyMarker, VersionIdMarker, size)
        return self._call("s3.list_object_versions", Prefix, effect)

    def get_paginator(self, operation: str) -> Paginator:
        assert operation == "list_object_versions"
        return Paginator(self._version_pages)

    def _version_pages(self, *, PaginationConfig: Mapping[str, int], **asked: str) -> Iterator[Any]:
        markers: dict[str, str] = {}
        while True:
            page = self.list_object_versions(
                MaxKeys=PaginationConfig["PageSize"], **asked, **markers
            )
            yield page
            if not page["IsTruncated"]:
                return
            markers = {
                "KeyMarker": page["NextKeyMarker"],
                "VersionIdMarker": page["NextVersionIdMarker"],
            }

    def _bucket(self, name: str, operation: str) -> StoredBucket:
        if name not in self._buckets:
            raise refusal("NoSuchBucket", operation, status=404)
        return self._buckets[name]


def _part(data: bytes, asked: str) -> dict[str, object]:
    """Return the body of a read: all, or the bytes from the first to the last one asked for."""
    if not asked:
        return {"Body": BytesIO(data)}
    first, last = map(int, asked.removeprefix("bytes=").split("-"))
    if first >= len(data):
        raise refusal("InvalidRange", "GetObject", status=416)
    found = data[first : last + 1]
    return {
        "Body": BytesIO(found),
        "ContentLength": len(found),
        "ContentRange": f"bytes {first}-{first + len(found) - 1}/{len(data)}",
    }


def _delete(bucket: StoredBucket, Key: str, VersionId: str | None = None) -> dict[str, object]:
    """Delete an object, which need not exist, or one version of it."""
    if VersionId is not None:
        bucket.delete_version(Key, VersionId)
        return {"Key": Key, "VersionId": VersionId}
    marker: Version = bucket.put(Key, None)
    if not bucket.versioning:
        return {"Key": Key}
    return {"Key": Key, "DeleteMarker": True, "DeleteMarkerVersionId": marker.version_id}
