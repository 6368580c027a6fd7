"""Lists that S3 Inventory writes: which is the newest, and what a line of one says. Pure.

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
from handler.reconciler.ports import ListedVersion, Position

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\dZ/")
_NEEDED = frozenset({"Key", *InventoryField})


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What one inventory consists of.

    Attributes:
        files: Keys of its files, which are compressed CSV.
        columns: What each line has, such as `Key`.
    """

    files: Sequence[str]
    columns: Sequence[str]


def dated(prefix: str, folders: Iterable[str]) -> list[str]:
    """Return the keys of manifests, the newest first, by the folders that are below a prefix."""
    dates = [each for each in folders if _DATE.fullmatch(each.removeprefix(prefix))]
    return [f"{each}manifest.json" for each in sorted(dates, reverse=True)]


def read_manifest(text: str) -> Manifest:
    """Read a manifest.

    Raises:
        Retryable: If it is not one that the program has configured.
    """
    try:
        found = cast("Mapping[str, object]", json.loads(text))
        files = cast("Sequence[Mapping[str, str]]", found["files"])
        columns = [column.strip() for column in str(found["fileSchema"]).split(",")]
        manifest = Manifest(files=[file["key"] for file in files], columns=columns)
    except (ValueError, KeyError, TypeError) as error:
        raise Retryable(f"this is no manifest of an inventory: {error}") from error
    if found.get("fileFormat") != "CSV" or not set(columns) >= _NEEDED:
        raise Retryable(
            f"the inventory is {found.get('fileFormat')} of {', '.join(columns)}: it has to be CSV"
            f" and have {', '.join(sorted(_NEEDED))}"
        )
    return manifest


def read_line(
    columns: Sequence[str], line: Sequence[str], position: Position
) -> ListedVersion | None:
    """Read a line; None if it is of a delete marker.

    Raises:
        ValueError: If it is not a line of these columns.
    """
    facts = dict(zip(columns, line, strict=True))
    if facts.get("IsDeleteMarker") == "true":
        return None
    stored_at = datetime.fromisoformat(facts[InventoryField.LAST_MODIFIED])
    version_id = facts.get("VersionId") or None
    size = facts[InventoryField.SIZE]
    return ListedVersion(
        # Keys are encoded as in events.
        key=unquote_plus(facts["Key"], errors="strict"),
        version_id=version_of_stored(version_id, facts[InventoryField.ETAG], stored_at),
        is_latest=facts.get("IsLatest", "true") == "true",
        stored_at=stored_at,
        size_bytes=int(size) if size else None,
        storage_class=facts[InventoryField.STORAGE_CLASS],
        position=position,
    )
