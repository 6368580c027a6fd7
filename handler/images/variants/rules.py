"""Rules for values of a JSON object, each with a description and a check. Standard library only."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast


@dataclass(frozen=True)
class Rule:
    """Allowed values of a key, as a description and as a check."""

    allowed: str
    holds: Callable[[object], bool]
    examples: tuple[object, ...] = ()
    """Some allowed values, such as both ends of a range."""
    is_text: bool = False
    """Whether a number or a Boolean is accepted as its text."""
    item: "Rule | None" = None
    """Rule for each item of a list, whose items must be different."""


@dataclass(frozen=True, kw_only=True)
class SpecProblem:
    """One problem of a JSON object, with its location."""

    why: str
    subject: str = ""
    """The invalid value, such as `quality is 200`."""
    place: tuple[str | int, ...] = ()
    """Path of keys and indices to the value."""
    examples: tuple[object, ...] = ()
    """Some values that are allowed there."""

    def __str__(self) -> str:
        return f"{self.subject}: {self.why}" if self.subject else self.why

    def within(self, part: str | int, label: str) -> "SpecProblem":
        """Return the same problem, located in the object that contains this one at `part`."""
        subject = f"{label}: {self.subject}" if self.subject else label
        return replace(self, subject=subject, place=(part, *self.place))


def matches(pattern: str, allowed: str, *examples: str) -> Rule:
    """Allow strings that match a pattern completely."""
    return Rule(
        allowed,
        lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None,
        examples=examples,
        is_text=True,
    )


def one_of(names: Sequence[str]) -> Rule:
    """Allow one of several strings."""
    return Rule(
        f"one of {', '.join(names)}", lambda value: value in names, examples=tuple(map(str, names))
    )


def integer(lowest: int, highest: int, unit: str) -> Rule:
    """Allow integers in a range, both ends included."""
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
"""Rule for values that are checked elsewhere."""
FLAG = Rule("true or false", lambda value: isinstance(value, bool), examples=(True, False))
COLOUR = matches("#[0-9a-fA-F]{6}", "#rrggbb, such as #ffffff", "#ffffff")


def as_text(value: object) -> object:
    """Return a number or a Boolean as its JSON text, and any other value unchanged.

    `pulumi config set --path` and YAML read 1234 as a number and true as a Boolean.
    """
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def is_within(value: object, lowest: int, highest: int) -> bool:
    """Return whether a value is an integer in a range. Booleans are not integers here."""
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
