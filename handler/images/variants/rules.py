"""What keys of a JSON object may say, in words and as checks. Standard library only."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True)
class Rule:
    """What a key allows: in words, and as a check."""

    allowed: str
    holds: Callable[[object], bool]


def matches(pattern: str, allowed: str) -> Rule:
    return Rule(
        allowed, lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None
    )


def one_of(names: Sequence[str]) -> Rule:
    return Rule(f"one of {', '.join(names)}", lambda value: value in names)


def integer(lowest: int, highest: int, unit: str) -> Rule:
    return Rule(
        f"{lowest}-{highest} {unit}, or omit it", lambda value: is_within(value, lowest, highest)
    )


def list_of(holds: Callable[[object], bool], most: int, allowed: str) -> Rule:
    def is_such_a_list(value: object) -> bool:
        if not isinstance(value, list | tuple):
            return False
        items = cast("list[object]", value)
        return 1 <= len(items) == len(set(map(str, items))) <= most and all(map(holds, items))

    return Rule(allowed, is_such_a_list)


ANYTHING = Rule("", lambda _: True)
"""For what is checked elsewhere."""
FLAG = Rule("true or false", lambda value: isinstance(value, bool))
COLOUR = matches("#[0-9a-fA-F]{6}", "#rrggbb, such as #ffffff")


def is_within(value: object, lowest: int, highest: int) -> bool:
    """Say whether it is an integer in that range. True is none, though Python counts it as 1."""
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
