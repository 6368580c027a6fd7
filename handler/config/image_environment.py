"""Typed reading of environment variables about images."""

import json
from typing import cast

from handler.config.environment import Reader
from handler.images.input_formats import READABLE
from handler.images.variants.parsing import VariantProblems, parse_variants
from handler.images.variants.variant import Variant


class ImageReader(Reader):
    """`Reader` that also reads input formats and variants."""

    def formats(self, variable: str) -> tuple[str, ...]:
        names = tuple(self._environment.get(variable, "").split())
        if not names or not set(names) <= set(READABLE):
            self.problems.append(f"{variable} is {names!r}: give some of {', '.join(READABLE)}")
        return names

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
