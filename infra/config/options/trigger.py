"""Options of how an upload reaches the function."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from infra.config.findings import Finding, Refused
from infra.config.options.base import Options, Text
from infra.config.overlaps import overlapping_prefixes, overlapping_suffixes

KeyPart = Annotated[Text, StringConstraints(min_length=1, max_length=1024)]

MAX_PARTS = 10
"""Each pair of a prefix and a suffix is a rule, and a bucket may have 100.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html"""


class TriggerOptions(Options):
    """Which uploads are processed, and by which way they come."""

    trigger: Literal["sqs", "eventbridge", "s3"]
    key_prefixes: Annotated[tuple[KeyPart, ...], Field(max_length=MAX_PARTS)]
    key_suffixes: Annotated[tuple[KeyPart, ...], Field(max_length=MAX_PARTS)]
    propagate_deletes: bool
    async_max_retries: Annotated[int, Field(ge=0, le=2)]
    async_max_event_age_seconds: Annotated[int, Field(ge=60, le=21_600)]

    @field_validator("key_prefixes")
    @classmethod
    def _prefixes_are_apart(cls, prefixes: tuple[str, ...]) -> tuple[str, ...]:
        return _apart(prefixes, overlapping_prefixes(prefixes), "begins with", "prefixes")

    @field_validator("key_suffixes")
    @classmethod
    def _suffixes_are_apart(cls, suffixes: tuple[str, ...]) -> tuple[str, ...]:
        return _apart(suffixes, overlapping_suffixes(suffixes), "ends with", "suffixes")

    @field_validator("propagate_deletes")
    @classmethod
    def _knows_what_to_remove(cls, enabled: bool, info: ValidationInfo) -> bool:
        if enabled and info.data.get("enable_records") is False:
            raise ValueError("needs enableRecords: what an upload left, its record says")
        return enabled


def _apart(
    parts: tuple[str, ...], overlapping: Sequence[tuple[int, int]], verb: str, noun: str
) -> tuple[str, ...]:
    if overlapping:
        raise Refused(
            *(
                Finding(
                    inside=(long,),
                    why=f"{parts[long]!r} {verb} {parts[short]!r}: S3 refuses {noun} that overlap",
                )
                for short, long in overlapping
            )
        )
    return parts
