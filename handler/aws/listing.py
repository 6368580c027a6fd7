"""All versions of all uploads, as S3 lists them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from handler.aws.errors import error_code, translated
from handler.model.facts import NO_VERSION
from handler.model.versions import version_of_stored
from handler.reconciler.ports import ListedVersion, Page, Position

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import (
        ListObjectVersionsOutputTypeDef,
        ObjectVersionTypeDef,
    )

_LONG_AGO = datetime.min.replace(tzinfo=UTC)

PAGE = 1_000
"""https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""


class S3Listing:
    """`Listing` by ListObjectVersions. A place is `prefix`, `key` and `version`.

    Args:
        prefixes: What is listed, one after the other; empty for all.
    """

    def __init__(self, client: "S3Client", bucket: str, prefixes: Sequence[str]) -> None:
        self._client = client
        self._bucket = bucket
        self._prefixes = sorted(prefixes) or [""]

    def pages(self, after: Position | None) -> Iterator[Page]:
        begun = str((after or {}).get("prefix", ""))
        start = self._prefixes.index(begun) if after and begun in self._prefixes else 0
        for number, prefix in enumerate(self._prefixes[start:], start):
            is_begun = after is not None and prefix == begun
            yield from self._below(prefix, after if is_begun else None, self._next(number))

    def _next(self, number: int) -> Position | None:
        """Return the start of the prefix behind one; None at the end."""
        following = self._prefixes[number + 1 : number + 2]
        return {"prefix": following[0]} if following else None

    def _below(
        self, prefix: str, after: Position | None, behind: Position | None
    ) -> Iterator[Page]:
        place = dict(after or {})
        while True:
            answer = self._list(prefix, str(place.get("key", "")), str(place.get("version", "")))
            listed = answer.get("Versions", [])
            is_cut = answer.get("IsTruncated", False)
            if is_cut:
                version = answer.get("NextVersionIdMarker")
                place = _place(prefix, answer.get("NextKeyMarker", ""), version)
            yield Page(
                versions=[_version(prefix, each) for each in listed],
                looked_at=len(listed) + len(answer.get("DeleteMarkers", [])),
                position=place if is_cut else behind,
                is_last=not is_cut and behind is None,
            )
            if not is_cut:
                return

    def _list(self, prefix: str, key: str, version: str) -> "ListObjectVersionsOutputTypeDef":
        markers: Any = {"KeyMarker": key} if key else {}
        more: Any = {"VersionIdMarker": version} if key and version else {}
        with translated():
            try:
                return self._client.list_object_versions(
                    Bucket=self._bucket, Prefix=prefix, MaxKeys=PAGE, **markers, **more
                )
            except ClientError as error:
                if not more or error_code(error) != "InvalidArgument":
                    raise
                # The version was deleted since. What is left of its key, the next pass sees.
                return self._client.list_object_versions(
                    Bucket=self._bucket, Prefix=prefix, MaxKeys=PAGE, **markers
                )


def _version(prefix: str, listed: "ObjectVersionTypeDef") -> ListedVersion:
    key, stored_at = listed.get("Key", ""), listed.get("LastModified", _LONG_AGO)
    version_id = listed.get("VersionId", NO_VERSION)
    return ListedVersion(
        key=key,
        version_id=version_of_stored(version_id, listed.get("ETag"), stored_at),
        is_latest=listed.get("IsLatest", False),
        stored_at=stored_at,
        size_bytes=listed.get("Size"),
        storage_class=listed.get("StorageClass", ""),
        position=_place(prefix, key, version_id),
    )


def _place(prefix: str, key: str, version: str | None) -> dict[str, str | int]:
    return {"prefix": prefix, "key": key, **({"version": version} if version else {})}
