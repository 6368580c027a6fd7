"""What is wrong with a stack's options, and where: from validators, and from pydantic's errors."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from infra.config.changes import Change, Place

_WORDS = {
    "tuple_type": "should be a list",
    "dict_type": "should be an object",
    "mapping_type": "should be an object",
}
"""What pydantic calls by Python's names, by its type of error."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong with the options."""

    why: str
    option: str = ""
    """Empty for the one that is being validated."""
    inside: Place = ()
    """Where in the option."""
    examples: tuple[object, ...] = ()
    """Some values that would be right there."""
    instead: tuple[Change, ...] = ()
    """Changes of other options that would make the value right."""
    names: tuple[str, ...] = ()
    """What the option or entry itself could be called."""
    is_spelling: bool = False
    """Whether a text has characters or a form that are not allowed."""
    has_surplus: bool = False
    """Whether there are too many items or entries."""
    reads: frozenset[str] = frozenset()
    """The options that a rule between options compared."""

    @property
    def place(self) -> Place:
        """The option, and where in it."""
        return (self.option, *self.inside)


class Refused(ValueError):  # noqa: N818 - it holds findings
    """Raised where it is known which values are wrong, or what would be right."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__("; ".join(finding.why for finding in findings))


def findings_of(error: ValidationError) -> Iterator[Finding]:
    """Return what a model of options refused, each with its option."""
    for details in error.errors():
        # pydantic marks a key of an object that is wrong itself.
        option, *inside = [part for part in details["loc"] if part != "[key]"]
        cause: object = details.get("ctx", {}).get("error")
        for finding in cause.findings if isinstance(cause, Refused) else [_finding(details)]:
            if finding.option:
                yield finding
            else:
                place = (*inside, *finding.inside)
                yield replace(finding, option=str(option), inside=place)


def _finding(details: ErrorDetails) -> Finding:
    return Finding(
        why=_WORDS.get(details["type"])
        or details["msg"].removeprefix("Value error, ").removeprefix("Input "),
        examples=tuple(_examples(details)),
        is_spelling=details["type"] == "string_pattern_mismatch",
        has_surplus=details["type"] == "too_long",
    )


def _examples(details: ErrorDetails) -> Sequence[object]:
    context = cast("Mapping[str, object]", details.get("ctx", {}))
    given = details["input"]
    match details["type"]:
        case "greater_than_equal":
            return [context["ge"]]
        case "less_than_equal":
            return [context["le"]]
        case "multiple_of":
            step = cast("int", context["multiple_of"])
            below = int(str(given)) // step * step
            return [below, below + step]
        case "literal_error" | "enum":
            return re.findall(r"'([^']*)'", str(context["expected"]))
        case "int_parsing" | "int_from_float":
            number = re.search(r"-?\d+(\.\d+)?", str(given))
            return [round(float(number[0]))] if number else []
        case "string_too_long":
            return [str(given)[: cast("int", context["max_length"])]]
        case "bool_parsing":
            return [True, False]
        case _:
            return []
