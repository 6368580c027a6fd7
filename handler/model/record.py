"""What is kept and told of an upload. Pure.

The record is an item of the table, with hash key `image_id` and range key `version_id`. Its index
`by-uploaded` has hash key `uploaded_day` and range key `uploaded_at`. The notification holds the
same facts. While an attempt at the version may be alive, or has left traces in the processed
bucket, its name is in the attribute `attempt`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import cast

from handler.contract import TableAttribute
from handler.images.render.srcset_html import srcset_html
from handler.images.variants.parsing import Variant
from handler.model.errors import Rejected
from handler.model.facts import ImageFacts, ObjectFacts

OPTIONAL = ("reason", "detail", "source", "variants", "processed_at", "duration_ms")
"""Attributes that not every record has."""


class Status(StrEnum):
    """Where an upload stands. The values are stored and sent: never change one."""

    PROCESSING = "processing"
    PROCESSED = "processed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    DELETED = "deleted"


@dataclass(frozen=True, kw_only=True)
class StoredVariant:
    """A variant that was written to the processed bucket. Width and height are in pixels.

    Attributes:
        recipe: Identifies how this one variant was made; see `variants.parsing.recipe`.
        sha256: Of its bytes, as hex.
    """

    variant: Variant
    recipe: str
    key: str
    size_bytes: int
    width: int
    height: int
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Record:
    """All that is known of an upload so far. None and empty stand for unknown.

    Attributes:
        facts: From the event at first, then from storage.
        recipe: Identifies what was asked for; see `handler.images.variants.parsing.recipe`.
        limits: Identifies what was allowed; see `handler.config.settings.Settings.limits`.
        uploaded_at: In UTC, as is `processed_at`.
        duration_ms: From the claim to the end of the work on the image.
    """

    bucket: str
    key: str
    facts: ObjectFacts
    status: Status
    recipe: str
    limits: str
    uploaded_at: datetime | None
    image: ImageFacts | None = None
    variants: Sequence[StoredVariant] = ()
    rejection: Rejected | None = None
    processed_at: datetime | None = None
    duration_ms: int | None = None


@dataclass(frozen=True, kw_only=True)
class RecordState:
    """What the handler needs to know of a stored record.

    Attributes:
        variants: By key, each as the record has it.
        attempt: See above; None if all that was begun has ended well.
    """

    version_id: str
    status: Status
    recipe: str
    limits: str
    variants: Mapping[str, Mapping[str, object]] = field(
        default_factory=dict[str, Mapping[str, object]]
    )
    attempt: str | None = None


def image_id(bucket: str, key: str) -> str:
    """Return the hash key of the records of all versions of an object."""
    return f"{bucket}/{key}"


def read_record_state(stored: Mapping[str, object]) -> RecordState:
    """Read an item of the table, or a part of it that has all of a `RecordState`."""
    variants = cast("Sequence[Mapping[str, object]]", stored.get("variants", ()))
    attempt = stored.get("attempt")
    return RecordState(
        version_id=str(stored[TableAttribute.VERSION_ID]),
        status=Status(str(stored["status"])),
        recipe=str(stored["recipe"]),
        limits=str(stored["limits"]),
        variants={str(variant["key"]): variant for variant in variants},
        attempt=None if attempt is None else str(attempt),
    )


def item(record: Record) -> dict[str, object]:
    """Return the record in values of JSON, without the attributes that are unknown."""
    uploaded_at = record.uploaded_at and _iso(record.uploaded_at)
    return _known(
        {
            TableAttribute.IMAGE_ID.value: image_id(record.bucket, record.key),
            TableAttribute.VERSION_ID.value: record.facts.version_id,
            "bucket": record.bucket,
            "key": record.key,
            "status": record.status.value,
            "reason": record.rejection and record.rejection.reason.value,
            "detail": record.rejection and record.rejection.detail,
            "recipe": record.recipe,
            "limits": record.limits,
            "source": _source(record) or None,
            "variants": _variants(record),
            "srcset_html": srcset_html(record.variants) or None,
            TableAttribute.UPLOADED_AT.value: uploaded_at,
            TableAttribute.UPLOADED_DAY.value: uploaded_at and uploaded_at[:10],
            "processed_at": record.processed_at and _iso(record.processed_at),
            "duration_ms": record.duration_ms,
        }
    )


def notification(record: Record) -> dict[str, object]:
    """Return the message that tells of the record: the same facts, and an `id`.

    The id is the same however often the same outcome is told, so subscribers can drop repetitions.
    """
    facts = item(record)
    names = ("bucket", "key", TableAttribute.VERSION_ID, "recipe", "status")
    identity = [facts[name] for name in names]
    return {"id": hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32], **facts}


def _source(record: Record) -> dict[str, object]:
    facts, image = record.facts, record.image
    return _known(
        {
            "size_bytes": facts.size_bytes,
            "content_type": facts.content_type,
            "etag": facts.etag,
            "format": image and image.format,
            "width": image and image.width,
            "height": image and image.height,
            "mode": image and image.mode,
            "exif": image and image.exif,
            **(image.details if image else {}),
        }
    )


def _variants(record: Record) -> list[dict[str, object]] | None:
    """Return what was written, be it nothing; None as long as, or if, it is not processed."""
    if record.status is not Status.PROCESSED:
        return None
    return [_variant(stored) for stored in record.variants]


def _variant(stored: StoredVariant) -> dict[str, object]:
    return {
        "name": stored.variant.name,
        "key": stored.key,
        "recipe": stored.recipe,
        "format": stored.variant.format.value,
        "content_type": stored.variant.format.content_type,
        "size_bytes": stored.size_bytes,
        "sha256": stored.sha256,
        "width": stored.width,
        "height": stored.height,
    }


def _known(attributes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in attributes.items() if value is not None}


def _iso(time: datetime) -> str:
    """Format as `2026-11-21T08:04:34.123Z`: texts of one length, so they sort by time."""
    utc = time.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"
