"""Declares a key of a JSON object once, beside the attribute that it becomes.

A dataclass whose fields carry an `Option` is read, checked, written and documented by these
functions. Standard library only.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, cast

from handler.images.variants.rules import FLAG, Rule, SpecProblem, as_text

_METADATA = "option"


def _unchanged(value: object) -> object:
    return value


@dataclass(frozen=True, kw_only=True)
class Option:
    """One key of a JSON object."""

    key: str
    rule: Rule
    """Which values are allowed by themselves."""
    documentation: str
    """What it does, for which values, in one line of Markdown; empty: not for users."""
    read: Callable[[Any], object] = _unchanged
    """Turns a JSON value into the attribute's."""
    write: Callable[[Any], object] = _unchanged
    """Turns the attribute's value into that of JSON."""


def option(
    key: str,
    rule: Rule,
    documentation: str,
    *,
    read: Callable[[Any], object] = _unchanged,
    write: Callable[[Any], object] = _unchanged,
) -> Mapping[str, Option]:
    """Return the metadata of a dataclass field that is a key of a JSON object."""
    declared = Option(key=key, rule=rule, documentation=documentation, read=read, write=write)
    return {_METADATA: declared}


def optional(
    key: str,
    rule: Rule,
    documentation: str,
    *,
    default: object = None,
    read: Callable[[Any], object] = _unchanged,
    write: Callable[[Any], object] = _unchanged,
) -> Any:
    """Return a dataclass field for a key that may be left out."""
    metadata = option(key, rule, documentation, read=read, write=write)
    return field(default=default, metadata=metadata)


def flag(key: str, documentation: str) -> bool:
    """Return a dataclass field for a key that is true or false, and false if left out."""
    return optional(key, FLAG, documentation, default=False)


def options_of(form: Any) -> Mapping[str, Option]:
    """Return the options of a dataclass, or of an instance, by attribute."""
    return {found.name: found.metadata[_METADATA] for found in _option_fields(form)}


def read_options(form: Any, spec: Mapping[str, object]) -> dict[str, Any]:
    """Return the attributes of a JSON object whose keys all hold, without those it leaves out."""
    return {
        name: declared.read(spec[declared.key])
        for name, declared in options_of(form).items()
        if declared.key in spec
    }


def write_options(instance: Any) -> dict[str, object]:
    """Return the JSON object of an instance, without what is as it would be if left out."""
    written: dict[str, object] = {}
    for found in _option_fields(instance):
        value = getattr(instance, found.name)
        if found.default is MISSING or value != found.default:
            declared = cast("Option", found.metadata[_METADATA])
            written[declared.key] = declared.write(value)
    return written


def problems_with(
    spec: Mapping[str, object], options: Mapping[str, Option], required: Sequence[str]
) -> list[SpecProblem]:
    """Return what is unknown, wrong or missing in a JSON object."""
    problems = [
        SpecProblem(why=f"unknown key {key!r}: allowed are {', '.join(options)}", place=(key,))
        for key in spec
        if key not in options
    ]
    for key, declared in options.items():
        is_given = key in spec or key in required
        if is_given and not declared.rule.holds(spec.get(key)):
            problems += _problems_at(key, spec.get(key), declared.rule)
    return problems


def with_texts(spec: Mapping[str, object], options: Mapping[str, Option]) -> dict[str, object]:
    """Return a JSON object whose numbers and booleans are texts where texts are meant."""
    return {
        key: as_text(value) if key in options and options[key].rule.is_text else value
        for key, value in spec.items()
    }


def _problems_at(key: str, value: object, rule: Rule) -> Iterator[SpecProblem]:
    """Name the items of a list that are wrong, or the value as a whole."""
    why = f"give {rule.allowed}"
    wrong = list(_wrong_items(value, rule.item)) if rule.item else []
    for index, item in wrong:
        subject, examples = f"{key}[{index}] is {item!r}", rule.item.examples if rule.item else ()
        yield SpecProblem(subject=subject, why=why, place=(key, index), examples=examples)
    if not wrong:
        subject = f"{key} is {value!r}"
        yield SpecProblem(subject=subject, why=why, place=(key,), examples=rule.examples)


def _wrong_items(value: object, rule: Rule) -> Iterator[tuple[int, object]]:
    if not isinstance(value, list | tuple):
        return
    items = cast("list[object]", value)
    for index, item in enumerate(items):
        if not rule.holds(item) or item in items[:index]:
            yield index, item


def _option_fields(form: Any) -> list[Field[Any]]:
    return [found for found in fields(form) if _METADATA in found.metadata]
