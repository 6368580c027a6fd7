"""Declaration of JSON keys as metadata of dataclass fields.

A dataclass whose fields have an `Option` is read, checked, written and documented by these
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
    """Allowed values, regardless of other keys."""
    documentation: str
    """Effect and values, in one line of Markdown; empty if not for users."""
    read: Callable[[Any], object] = _unchanged
    """Converts a JSON value to the attribute's value."""
    write: Callable[[Any], object] = _unchanged
    """Converts the attribute's value to a JSON value."""


def option(
    key: str,
    rule: Rule,
    documentation: str,
    *,
    read: Callable[[Any], object] = _unchanged,
    write: Callable[[Any], object] = _unchanged,
) -> Mapping[str, Option]:
    """Return the metadata of a dataclass field for a JSON key."""
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
    """Return a dataclass field for an optional key."""
    metadata = option(key, rule, documentation, read=read, write=write)
    return field(default=default, metadata=metadata)


def flag(key: str, documentation: str) -> bool:
    """Return a dataclass field for a Boolean key that defaults to false."""
    return optional(key, FLAG, documentation, default=False)


def options_of(form: Any) -> Mapping[str, Option]:
    """Return the options of a dataclass or an instance, by attribute name."""
    return {found.name: found.metadata[_METADATA] for found in _option_fields(form)}


def read_options(form: Any, spec: Mapping[str, object]) -> dict[str, Any]:
    """Return the attributes for the keys of a valid JSON object, without those it omits."""
    return {
        name: declared.read(spec[declared.key])
        for name, declared in options_of(form).items()
        if declared.key in spec
    }


def write_options(instance: Any) -> dict[str, object]:
    """Return the JSON object of an instance, without default values."""
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
    """Return the unknown, invalid and missing keys of a JSON object."""
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
    """Return a JSON object with numbers and Booleans converted to strings for string options."""
    return {
        key: as_text(value) if key in options and options[key].rule.is_text else value
        for key, value in spec.items()
    }


def _problems_at(key: str, value: object, rule: Rule) -> Iterator[SpecProblem]:
    """Yield a problem for each invalid item of a list, or one for the value as a whole."""
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
