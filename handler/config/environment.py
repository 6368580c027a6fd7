"""Environment variables as values, with all that is wrong with them."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar, cast

from handler.images.source.formats import READABLE
from handler.images.variants.parsing import Variant, VariantProblems, parse_variants

_Choice = TypeVar("_Choice", bound=StrEnum)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class SettingsError(ValueError):
    """Raised with everything that is wrong with the environment.

    Attributes:
        problems: One sentence each, naming the variable.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            f"the environment of the function is wrong: {'; '.join(problems)}. "
            "The Pulumi program sets it: run `pulumi up`"
        )


class Reader:
    """Reads variables and gathers what is wrong with them; a wrong one reads as some default."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def text(self, variable: str) -> str:
        value = self._environment.get(variable, "")
        if not value:
            self.problems.append(f"{variable} is missing or empty")
        return value

    def texts(self, variable: str) -> tuple[str, ...]:
        """Read a JSON list of texts."""
        try:
            value: object = json.loads(self._environment.get(variable, ""))
        except ValueError:
            value = None
        texts = cast("list[object]", value) if isinstance(value, list) else [None]
        if not all(isinstance(each, str) for each in texts):
            self.problems.append(f"{variable} is no JSON list of texts")
            return ()
        return tuple(str(each) for each in texts)

    def positive_integer(self, variable: str) -> int:
        value = self._environment.get(variable, "")
        if not re.fullmatch(r"[1-9][0-9]{0,14}", value):
            self.problems.append(f"{variable} is {value!r}: give a positive integer")
            return 1
        return int(value)

    def boolean(self, variable: str) -> bool:
        value = self._environment.get(variable, "")
        if value not in ("true", "false"):
            self.problems.append(f"{variable} is {value!r}: give true or false")
        return value == "true"

    def colour(self, variable: str) -> str:
        value = self._environment.get(variable, "")
        if not _COLOUR.fullmatch(value):
            self.problems.append(f"{variable} is {value!r}: give #rrggbb, such as #ffffff")
        return value

    def formats(self, variable: str) -> tuple[str, ...]:
        names = tuple(self._environment.get(variable, "").split())
        if not names or not set(names) <= set(READABLE):
            self.problems.append(f"{variable} is {names!r}: give some of {', '.join(READABLE)}")
        return names

    def choice(self, variable: str, default: _Choice) -> _Choice:
        value = self._environment.get(variable, "")
        choices = {str(choice): choice for choice in type(default)}
        if value not in choices:
            self.problems.append(f"{variable} is {value!r}: give one of {', '.join(choices)}")
        return choices.get(value, default)

    def variants(self, variable: str) -> tuple[Variant, ...]:
        try:
            specs: object = json.loads(self._environment.get(variable, ""))
        except ValueError as error:
            self.problems.append(f"{variable} is not JSON: {error}")
            return ()
        if not isinstance(specs, list):
            self.problems.append(f"{variable} is not a JSON list")
            return ()
        try:
            return parse_variants(cast("list[object]", specs))
        except VariantProblems as error:
            self.problems += [f"{variable}: {problem}" for problem in error.problems]
            return ()
