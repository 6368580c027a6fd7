"""The record of an upload, as a table item and as a notification. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from handler.contract import TableAttribute
from handler.images.render.srcset_html import srcset_html
from handler.images.variants.variant import Variant
from handler.model.errors import Rejected
from handler.model.facts import ImageFacts, ObjectFacts
from handler.model.record import Status, image_id


@dataclass(frozen=True, kw_only=True)
class StoredVariant:
    """A variant that was written to the processed bucket. Width and height are in pixels."""

    variant: Variant
    recipe: str
    """Fingerprint of the variant's options; see `handler.images.variants.parsing.recipe`."""
    key: str
    size_bytes: int
    width: int
    height: int
    sha256: str = ""
    """Hash of its bytes, as hex."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything known about an upload so far. None and empty stand for unknown."""

    bucket: str
    key: str
    facts: ObjectFacts
    """Facts from the event at first, then from S3."""
    status: Status
    recipe: str
    """Fingerprint of the variants; see `handler.images.variants.parsing.recipe`."""
    limits: str
    """Fingerprint of the limits; see `handler.config.settings.Settings.limits`."""
    uploaded_at: datetime | None
    """In UTC, as is `processed_at`."""
    image: ImageFacts | None = None
    variants: Sequence[StoredVariant] = ()
    rejection: Rejected | None = None
    processed_at: datetime | None = None
    duration_ms: int | None = None
    """Time from the claim to the end of the work on the image."""


def to_item(record: Record) -> dict[str, object]:
    """Return the record as JSON values, without unknown attributes."""
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
            "source": source_facts(record.facts, record.image) or None,
            "variants": _variants(record),
            "srcset_html": srcset_html(record.variants) or None,
            TableAttribute.UPLOADED_AT.value: uploaded_at,
            TableAttribute.UPLOADED_DAY.value: uploaded_at and uploaded_at[:10],
            "processed_at": record.processed_at and _iso(record.processed_at),
            "duration_ms": record.duration_ms,
        }
    )


def notification(record: Record) -> dict[str, object]:
    """Return the notification about a record: its facts, and an `id`.

    The id is the same each time an outcome is published, so that subscribers can deduplicate.
    """
    facts = to_item(record)
    names = ("bucket", "key", TableAttribute.VERSION_ID, "recipe", "status")
    identity = [facts[name] for name in names]
    return {"id": hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32], **facts}


def source_facts(facts: ObjectFacts, image: ImageFacts | None) -> dict[str, object]:
    """Return the facts of an upload as JSON values, without unknown ones."""
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
    """Return the variants, possibly none; None unless the status is `processed`."""
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
    """Format as `2026-11-21T08:04:34.123Z`: strings of one length, which sort by time."""
    utc = time.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"
