"""Literal prefixes and suffixes of the keys whose changes become events. Pure.

Without a filter, changes of all objects do. S3 compares suffixes as they are, so `.jpg` misses
`.JPG`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from urllib.parse import quote_plus

from infra.config.event_wildcards import wildcards
from infra.config.options import Settings

SAFE_IN_KEYS = "/!-_.*'()"
"""What S3 takes in a filter as it is, besides letters and digits of ASCII."""


@dataclass(frozen=True, kw_only=True)
class KeyFilter:
    """Keys that begin with one of the prefixes and end with one of the suffixes."""

    prefixes: Sequence[str] = ()
    """None means any beginning."""
    suffixes: Sequence[str] = ()
    """None means any end."""
    removals: bool = False
    """Whether removed objects become events too."""

    @staticmethod
    def from_settings(settings: Settings) -> "KeyFilter":
        """The filter of the stack; in one bucket it matches uploads only."""
        prefix = settings.effective_upload_prefix
        return KeyFilter(
            prefixes=[
                f"{prefix}{each}" for each in settings.key_prefixes or ("",) if prefix or each
            ],
            suffixes=settings.key_suffixes,
            removals=settings.propagate_deletes,
        )

    @property
    def events(self) -> Sequence[str]:
        """The events that S3 sends.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
        """
        removals = ("s3:ObjectRemoved:*", "s3:LifecycleExpiration:*") if self.removals else ()
        return ["s3:ObjectCreated:*", "s3:ObjectRestore:Completed", *removals]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each combination of a prefix and a suffix, empty where any will do."""
        yield from product(self.prefixes or ("",), self.suffixes or ("",))


def s3_filter_value(part: str) -> str:
    """Encode a prefix or suffix as S3 expects it in a notification, which decodes it.

    Otherwise a key with a space or `=` in its prefix is stored, and never becomes an event. Safe
    characters stay; EventBridge compares keys as they are.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html#object-key-guidelines-safe-characters
    """
    return quote_plus(part, safe=SAFE_IN_KEYS).replace("~", "%7E")


def event_pattern(bucket_name: str, keys: KeyFilter) -> Mapping[str, object]:
    """The pattern that EventBridge matches against the events of a bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    matched = wildcards(keys.pairs())
    removals = ("Object Deleted",) if keys.removals else ()
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created", "Object Restore Completed", *removals],
        "detail": {
            "bucket": {"name": [bucket_name]},
            **({"object": {"key": matched}} if matched else {}),
        },
    }
