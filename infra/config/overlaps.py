"""Literal prefixes or suffixes of keys that overlap, which S3 refuses. Pure."""

from collections.abc import Sequence
from itertools import permutations


def overlapping_prefixes(prefixes: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Pairs of which the second begins with the first; S3 refuses rules that overlap.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
    """
    return [(a, b) for a, b in permutations(prefixes, 2) if b.startswith(a)]


def overlapping_suffixes(suffixes: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Pairs of which the second ends with the first."""
    return [(a, b) for a, b in permutations(suffixes, 2) if b.endswith(a)]
