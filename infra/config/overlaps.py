"""Literal prefixes or suffixes of keys that overlap, which S3 refuses. Pure."""

from collections.abc import Callable, Sequence
from itertools import permutations


def overlapping_prefixes(prefixes: Sequence[str]) -> Sequence[tuple[int, int]]:
    """For each prefix that begins with another, the index of that one and its own.

    Of two that are the same it is the later one.

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
