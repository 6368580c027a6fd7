"""The keys in a pattern of EventBridge. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence

MAX_PATTERN = 2048
"""Characters of a pattern.
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"""

REST_OF_PATTERN = 240
"""Characters of a pattern besides the keys, with three types of event and a bucket name of 63."""


def wildcards(pairs: Iterable[tuple[str, str]]) -> Sequence[Mapping[str, str]]:
    """Return what matches the keys with one of the pairs of prefix and suffix; empty: all keys."""
    return [
        {"wildcard": f"{_literal(prefix)}*{_literal(suffix)}"}
        for prefix, suffix in pairs
        if prefix or suffix
    ]


def surplus_characters(pairs: Iterable[tuple[str, str]]) -> int:
    """Return how much longer than allowed a pattern of these keys is."""
    return max(0, len(json.dumps(wildcards(pairs))) + REST_OF_PATTERN - MAX_PATTERN)


def _literal(text: str) -> str:
    r"""Within a wildcard `\` escapes `*` and itself.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
    """
    return text.replace("\\", "\\\\").replace("*", "\\*")
