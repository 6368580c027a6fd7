"""Parse the handler's records of images from table items."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

FINAL_STATUSES = frozenset({"processed", "rejected", "superseded", "deleted"})


@dataclass(frozen=True, kw_only=True)
class VariantRecord:
    """One variant in a record."""

    name: str
    key: str
    format: str
    content_type: str
    size_bytes: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Record:
    """The handler's record of one upload."""

    image_id: str
    version_id: str
    status: str
    reason: str
    detail: str
    duration_ms: int
    source: Mapping[str, Any]
    variants: tuple[VariantRecord, ...]


def parse_record(item: Mapping[str, Any]) -> Record:
    """Parse an item in DynamoDB's JSON, such as `{"status": {"S": "processed"}}`."""
    deserializer = TypeDeserializer()
    values: dict[str, Any] = {key: deserializer.deserialize(value) for key, value in item.items()}
    return Record(
        image_id=values["image_id"],
        version_id=values["version_id"],
        status=values["status"],
        reason=values.get("reason") or "",
        detail=values.get("detail") or "",
        duration_ms=int(values.get("duration_ms") or 0),
        source=values.get("source") or {},
        variants=tuple(_variant(variant) for variant in values.get("variants") or ()),
    )


def _variant(values: Mapping[str, Any]) -> VariantRecord:
    return VariantRecord(
        name=values["name"],
        key=values["key"],
        format=values["format"],
        content_type=values["content_type"],
        size_bytes=int(values["size_bytes"]),
        width=int(values["width"]),
        height=int(values["height"]),
    )
