"""Parsing of S3 Inventory manifests and lines. Pure.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import unquote_plus

from handler.contract import InventoryField
from handler.model.errors import Retryable
from handler.model.versions import version_of_stored
from handler.reconciler.ports import Cursor, ListedVersion

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\dZ/")
_NEEDED = frozenset({"Key", *InventoryField})


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Manifest of one inventory."""

    files: Sequence[str]
    """Keys of its files, which are gzipped CSV."""
    columns: Sequence[str]
    """Column names, such as `Key`."""


def dated(prefix: str, folders: Iterable[str]) -> list[str]:
    """Return the keys of manifests, newest first, from the folders below a prefix."""
    dates = [each for each in folders if _DATE.fullmatch(each.removeprefix(prefix))]
    return [f"{each}manifest.json" for each in sorted(dates, reverse=True)]


def read_manifest(text: str) -> Manifest:
    """Parse a manifest.

    Raises:
        Retryable: If it does not match the inventory that the program configures.
    """
    try:
        found = cast("Mapping[str, object]", json.loads(text))
        files = cast("Sequence[Mapping[str, str]]", found["files"])
        columns = [column.strip() for column in str(found["fileSchema"]).split(",")]
        manifest = Manifest(files=[file["key"] for file in files], columns=columns)
    except (ValueError, KeyError, TypeError) as error:
        raise Retryable(f"not a manifest of an inventory: {error}") from error
    if found.get("fileFormat") != "CSV" or not set(columns) >= _NEEDED:
        raise Retryable(
            f"the inventory is {found.get('fileFormat')} of {', '.join(columns)}: it has to be CSV"
            f" and have {', '.join(sorted(_NEEDED))}"
        )
    return manifest


def read_line(columns: Sequence[str], line: Sequence[str], cursor: Cursor) -> ListedVersion | None:
    """Parse a line; None for a delete marker.

    Raises:
        ValueError: If the line does not match the columns.
    """
    facts = dict(zip(columns, line, strict=True))
    if facts.get("IsDeleteMarker") == "true":
        return None
    stored_at = datetime.fromisoformat(facts[InventoryField.LAST_MODIFIED])
    version_id = facts.get("VersionId") or None
    size = facts[InventoryField.SIZE]
    return ListedVersion(
        # Keys are form-encoded, as in events.
        key=unquote_plus(facts["Key"], errors="strict"),
        version_id=version_of_stored(version_id, facts[InventoryField.ETAG], stored_at),
        is_latest=facts.get("IsLatest", "true") == "true",
        stored_at=stored_at,
        size_bytes=int(size) if size else None,
        storage_class=facts[InventoryField.STORAGE_CLASS],
        cursor=cursor,
    )
