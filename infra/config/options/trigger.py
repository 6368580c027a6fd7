"""Options of how an upload reaches the function."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import product
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from infra.config.event_wildcards import MAX_PATTERN, surplus_characters
from infra.config.findings import Finding, Refused
from infra.config.option_rules import OptionRules
from infra.config.options.base import Options, Text
from infra.config.options.layout import ONE_BUCKET
from infra.config.overlaps import overlapping_prefixes, overlapping_suffixes

KeyPart = Annotated[Text, StringConstraints(min_length=1, max_length=1024)]

MAX_PARTS = 10
"""Each pair of a prefix and a suffix is a rule, and a bucket may have 100.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html"""


def _prefixes_apart(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    return _apart(prefixes, overlapping_prefixes(prefixes), "begins with", "prefixes")


def _suffixes_apart(suffixes: tuple[str, ...]) -> tuple[str, ...]:
    return _apart(suffixes, overlapping_suffixes(suffixes), "ends with", "suffixes")


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


class Trigger(StrEnum):
    """The event source of the function."""

    SQS = "sqs"
    EVENTBRIDGE = "eventbridge"
    S3 = "s3"
    """Without a queue; see infra/intake/async_trigger.py."""


class TriggerOptions(Options):
    """Which uploads are processed, and by which way they come."""

    trigger: Trigger
    key_prefixes: Annotated[
        tuple[KeyPart, ...], Field(max_length=MAX_PARTS), AfterValidator(_prefixes_apart)
    ]
    key_suffixes: Annotated[
        tuple[KeyPart, ...], Field(max_length=MAX_PARTS), AfterValidator(_suffixes_apart)
    ]
    propagate_deletes: bool
    async_max_retries: Annotated[int, Field(ge=0, le=2)]
    async_max_event_age_seconds: Annotated[int, Field(ge=60, le=21_600)]


def deletes_need_records(propagate_deletes: bool, enable_records: bool) -> Iterator[Finding]:
    if propagate_deletes and not enable_records:
        yield Finding(why="needs enableRecords: what an upload left, its record says")


def prefixes_without_asterisk(key_prefixes: Sequence[str], trigger: Trigger) -> Iterator[Finding]:
    yield from _without_asterisk(key_prefixes, trigger)


def filter_fits_the_pattern(
    key_prefixes: Sequence[str],
    key_suffixes: Sequence[str],
    trigger: Trigger,
    layout: str,
    upload_prefix: str,
) -> Iterator[Finding]:
    if trigger is not Trigger.EVENTBRIDGE:
        return
    before = upload_prefix if layout == ONE_BUCKET else ""
    prefixes = [f"{before}{each}" for each in key_prefixes or ("",)]
    surplus = surplus_characters(product(prefixes, key_suffixes or ("",)))
    if surplus:
        why = (
            f"makes, with keySuffixes, a pattern that is {surplus} characters longer than"
            f" EventBridge's limit of {MAX_PATTERN}"
        )
        yield Finding(why=why, has_surplus=bool(key_prefixes))


def suffixes_without_asterisk(key_suffixes: Sequence[str], trigger: Trigger) -> Iterator[Finding]:
    yield from _without_asterisk(key_suffixes, trigger)


def _without_asterisk(parts: Sequence[str], trigger: Trigger) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html"""
    if trigger is not Trigger.EVENTBRIDGE:
        why = "S3 takes no * in a filter, as a wildcard or as itself; trigger eventbridge does"
        for index, part in enumerate(parts):
            if "*" in part:
                yield Finding(inside=(index,), why=why)


RULES: OptionRules = {
    "key_prefixes": (prefixes_without_asterisk, filter_fits_the_pattern),
    "key_suffixes": (suffixes_without_asterisk,),
    "propagate_deletes": (deletes_need_records,),
}
