"""Rules of values in a JSON object, in words and as checks. Standard library only."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast


@dataclass(frozen=True)
class Rule:
    """Which values a key allows: in words, and as a check."""

    allowed: str
    holds: Callable[[object], bool]
    examples: tuple[object, ...] = ()
    """Some of the values that hold, such as both ends of a range."""
    is_text: bool = False
    """Whether a number or a boolean stands for its text."""
    item: "Rule | None" = None
    """Rule of each item of a list; no two items are the same."""


@dataclass(frozen=True, kw_only=True)
class SpecProblem:
    """One thing that is wrong with a JSON object, and where."""

    why: str
    subject: str = ""
    """The value in words, such as `quality is 200`."""
    place: tuple[str | int, ...] = ()
    """Keys and indices that lead to the value."""
    examples: tuple[object, ...] = ()
    """Some values that would be right there."""

    def __str__(self) -> str:
        return f"{self.subject}: {self.why}" if self.subject else self.why

    def within(self, part: str | int, label: str) -> "SpecProblem":
        """Return the same problem, seen from the object that holds this one at `part`."""
        subject = f"{label}: {self.subject}" if self.subject else label
        return replace(self, subject=subject, place=(part, *self.place))


def matches(pattern: str, allowed: str, *examples: str) -> Rule:
    """Allow texts that match a pattern as a whole."""
    return Rule(
        allowed,
        lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None,
        examples=examples,
        is_text=True,
    )


def one_of(names: Sequence[str]) -> Rule:
    """Allow these texts."""
    return Rule(
        f"one of {', '.join(names)}", lambda value: value in names, examples=tuple(map(str, names))
    )


def integer(lowest: int, highest: int, unit: str) -> Rule:
    """Allow integers from the lowest to the highest."""
    return Rule(
        f"{lowest}-{highest} {unit}, or omit it",
        lambda value: is_within(value, lowest, highest),
        examples=(lowest, highest),
    )


def list_of(item: Rule, most: int, allowed: str) -> Rule:
    """Allow lists of 1 to `most` different items."""

    def is_such_a_list(value: object) -> bool:
        if not isinstance(value, list | tuple):
            return False
        items = cast("list[object]", value)
        return 1 <= len(items) == len(set(map(str, items))) <= most and all(map(item.holds, items))

    return Rule(allowed, is_such_a_list, item=item)


ANYTHING = Rule("", lambda _: True)
"""For values that are checked elsewhere."""
FLAG = Rule("true or false", lambda value: isinstance(value, bool), examples=(True, False))
COLOUR = matches("#[0-9a-fA-F]{6}", "#rrggbb, such as #ffffff", "#ffffff")


def as_text(value: object) -> object:
    """Return the text of a number or a boolean, as JSON writes it, and all else as it is.

    `pulumi config set --path` and YAML make 1234 a number and true a boolean.
    """
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def is_within(value: object, lowest: int, highest: int) -> bool:
    """Say whether it is an integer in that range. True is none, though Python counts it as 1."""
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
