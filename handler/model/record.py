"""Record of an upload, as later events and the reconciler read it. Pure.

The record is an item of the table, with hash key `image_id` and range key `version_id`. The index
`by-uploaded` has hash key `uploaded_day` and range key `uploaded_at`. The notification has the same
facts. While an attempt at the version may be running, or has left traces in the processed bucket,
the attribute `attempt` holds its token.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from handler.contract import TableAttribute

OPTIONAL = ("reason", "detail", "source", "variants", "processed_at", "duration_ms")
"""Attributes that not every record has."""


class Status(StrEnum):
    """Status of an upload. The values are stored and sent: never change one."""

    PROCESSING = "processing"
    PROCESSED = "processed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    DELETED = "deleted"


@dataclass(frozen=True, kw_only=True)
class RecordState:
    """The part of a stored record that the functions read."""

    version_id: str
    status: Status
    recipe: str
    limits: str
    variants: Mapping[str, Mapping[str, object]] = field(
        default_factory=dict[str, Mapping[str, object]]
    )
    """Variants by key, each as the record has it."""
    attempt: str | None = None
    """Token of an attempt that may be running or has left traces; None if there is none."""


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
