"""All versions of all uploads, as S3 Inventory has written them down."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from handler.aws.errors import error_code, translated
from handler.model.errors import Retryable
from handler.reconciler.inventory import Manifest, dated, read_line, read_manifest
from handler.reconciler.ports import Page, Position

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_s3 import S3Client

PAGE = 1_000


class InventoryListing:
    """`Listing` by the files of the newest inventory, read as streams.

    A place is `manifest`, `file` and `line`, or `manifest` and `done`: each inventory is gone
    through once, and to its end, also when there is a newer one.

    Args:
        bucket: Where inventories are put.
        prefix: What the keys of all of them begin with, up to their dates.
    """

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def pages(self, after: Position | None) -> Iterator[Page]:
        place = after or {}
        begun = str(place.get("manifest", ""))
        manifest = self._manifest(begun) if begun and not place.get("done") else None
        key = begun
        if manifest is None:
            place = {}
            key, manifest = self._newest()
            if manifest is None or key == begun:
                return  # the next inventory is not there yet
        first, line = int(place.get("file", 0)), int(place.get("line", 0))
        for number in range(first, len(manifest.files)):
            yield from self._file(key, manifest, number, line if number == first else 0)
        done: Position = {"manifest": key, "done": 1}
        yield Page(versions=(), looked_at=0, position=done, is_last=True)

    def _newest(self) -> tuple[str, Manifest | None]:
        with translated():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix, Delimiter="/"
            )
            folders = [
                each.get("Prefix", "") for page in pages for each in page.get("CommonPrefixes", [])
            ]
        for key in dated(self._prefix, folders):
            if (manifest := self._manifest(key)) is not None:
                return key, manifest
        return "", None

    def _manifest(self, key: str) -> Manifest | None:
        """Return a manifest; None if it is gone, or not written yet."""
        with translated():
            try:
                body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            except ClientError as error:
                if error_code(error) != "NoSuchKey":
                    raise
                return None
            return read_manifest(body.read().decode())

    def _file(self, key: str, manifest: Manifest, number: int, start: int) -> Iterator[Page]:
        """Yield the pages of one file, from a line on."""
        with translated():
            body = self._client.get_object(Bucket=self._bucket, Key=manifest.files[number])["Body"]
            with body:
                try:
                    lines = _lines(body, start)
                    while chunk := list(islice(lines, PAGE)):
                        yield _page(key, manifest, number, start, chunk)
                        start += len(chunk)
                except (EOFError, OSError, ValueError, zlib.error) as error:
                    raise Retryable(f"{manifest.files[number]} cannot be read: {error}") from error


def _lines(body: Any, start: int) -> Iterator[list[str]]:
    text = io.TextIOWrapper(gzip.GzipFile(fileobj=body), encoding="utf-8", newline="")
    return islice(csv.reader(text), start, None)


def _page(
    key: str, manifest: Manifest, number: int, start: int, chunk: Sequence[Sequence[str]]
) -> Page:
    def behind(line: int) -> Position:
        return {"manifest": key, "file": number, "line": line}

    versions = [
        version
        for line, fields in enumerate(chunk, start + 1)
        if (version := read_line(manifest.columns, fields, behind(line))) is not None
    ]
    end = behind(start + len(chunk))
    return Page(versions=versions, looked_at=len(chunk), position=end, is_last=False)
