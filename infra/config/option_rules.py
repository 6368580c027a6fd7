"""Rules between options: pure functions of parsed values.

A rule is in the file of the option that it refuses. Its parameters are the options that it needs,
by their names. Neither the order of options nor that of the table changes what is found; of the
rules of one option the first that is broken counts.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import TypeVar

from pydantic.alias_generators import to_camel

from infra.config.findings import Finding

T = TypeVar("T")

OptionRule = Callable[..., Iterator[Finding]]
OptionRules = Mapping[str, tuple[OptionRule, ...]]
"""By the option that is refused, the rules that it must keep."""


def broken_rules(rules: OptionRules, known: Mapping[str, object]) -> Iterator[Finding]:
    """Return what the first broken rule of each option found.

    Args:
        rules: by option.
        known: the options that could be parsed, and other facts. A rule that needs another one is
            not run: that option has a finding of its own.
    """
    for option, checks in rules.items():
        for check in checks:
            found = list(call(check, known)) if needs(check) <= known.keys() else []
            if found:
                reads = frozenset(map(to_camel, needs(check)))
                yield from (replace(each, option=to_camel(option), reads=reads) for each in found)
                break


@cache
def needs(function: Callable[..., object]) -> frozenset[str]:
    """Return the names of the options that a function has as parameters."""
    return frozenset(inspect.signature(function).parameters)


def call(function: Callable[..., T], known: Mapping[str, object]) -> T:
    """Call a function with the options that it needs."""
    return function(**{name: known[name] for name in needs(function)})
