"""Which changes of the upload bucket become events, by key: literal prefixes and suffixes. Pure.

Without any, every object does. S3 compares suffixes as they are, so `.jpg` misses `.JPG`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product


@dataclass(frozen=True, kw_only=True)
class KeyFilter:
    """Keys that begin with one of the prefixes and end with one of the suffixes."""

    prefixes: Sequence[str] = ()
    """None means any beginning."""
    suffixes: Sequence[str] = ()
    """None means any end."""
    removals: bool = False
    """Whether removed objects become events too."""

    @property
    def events(self) -> Sequence[str]:
        """What S3 is asked to tell of.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
        """
        removals = ("s3:ObjectRemoved:*", "s3:LifecycleExpiration:*") if self.removals else ()
        return ["s3:ObjectCreated:*", *removals]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each combination of a prefix and a suffix, empty where anything will do."""
        yield from product(self.prefixes or ("",), self.suffixes or ("",))


def overlapping_prefixes(prefixes: Sequence[str]) -> Sequence[tuple[int, int]]:
    """For each prefix that begins with another, the index of that one and its own.

    Of two that are the same it is the later one. S3 refuses rules that overlap.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
    """
    return _overlapping(prefixes, str.startswith)


def overlapping_suffixes(suffixes: Sequence[str]) -> Sequence[tuple[int, int]]:
    """For each suffix that ends with another, the index of that one and its own."""
    return _overlapping(suffixes, str.endswith)


def _overlapping(
    parts: Sequence[str], includes: Callable[[str, str], bool]
) -> Sequence[tuple[int, int]]:
    found = [
        (short, long)
        for short, long in permutations(range(len(parts)), 2)
        if includes(parts[long], parts[short]) and (parts[long] != parts[short] or short < long)
    ]
    shortest = {long: short for short, long in sorted(found, key=lambda p: -len(parts[p[0]]))}
    return [(short, long) for long, short in sorted(shortest.items())]


def event_pattern(bucket_name: str, keys: KeyFilter) -> Mapping[str, object]:
    """What EventBridge matches against the events of a bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """
    wildcards = [
        {"wildcard": f"{_literal(prefix)}*{_literal(suffix)}"}
        for prefix, suffix in keys.pairs()
        if prefix or suffix
    ]
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created", *(["Object Deleted"] if keys.removals else [])],
        "detail": {
            "bucket": {"name": [bucket_name]},
            **({"object": {"key": wildcards}} if wildcards else {}),
        },
    }


def _literal(text: str) -> str:
    r"""Within a wildcard `\` escapes `*` and itself.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
    """
    return text.replace("\\", "\\\\").replace("*", "\\*")
