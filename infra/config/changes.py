"""Changes of a stack's configuration, as data and as the commands of Pulumi's CLI that make them.

What the CLI does with a path: sdk/go/common/resource/config/map.go and object.go in
https://github.com/pulumi/pulumi
"""

import copy
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

Place = tuple[str | int, ...]
"""An option, then what leads to a value inside of it: keys of objects and indices of lists."""


@dataclass(frozen=True)
class Put:
    """Set the value at a place, which may be one past the end of a list."""

    place: Place
    value: bool | int | str


@dataclass(frozen=True)
class Drop:
    """Remove what is at a place. An option that a stack does not set has its default."""

    place: Place


Change = Put | Drop


def applied(config: Mapping[str, object], changes: Sequence[Change]) -> dict[str, object]:
    """Return the configuration after the changes.

    Raises:
        LookupError: if the place of a change is not there.
    """
    changed = copy.deepcopy(dict(config))
    for change in changes:
        _apply(changed, change.place, change)
    return changed


def commands(changes: Sequence[Change]) -> str:
    """Return one line for a shell that makes the changes, in this order."""
    return " && ".join(map(_command, changes))


def path_text(place: Place) -> str:
    """Spell a place as `--path` reads it: sdk/go/common/resource/properties_path.go."""
    first, *rest = place
    return str(first) + "".join(map(_part_text, rest))


def _part_text(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    if part and not re.search(r"[.\[]", part):
        return f".{part}"
    escaped = part.replace('"', '\\"')
    return f'["{escaped}"]'


def _command(change: Change) -> str:
    inside = ("--path",) if len(change.place) > 1 else ()
    key = path_text(change.place)
    if isinstance(change, Drop):
        return shlex.join(["pulumi", "config", "rm", *inside, key])
    is_text = isinstance(change.value, str)
    value = str(change.value) if is_text else json.dumps(change.value)
    # At a path the CLI takes digits for a number, and true for a boolean.
    typed = ("--type", "string") if inside and is_text and _looks_typed(value) else ()
    end = ("--",) if value.startswith("-") else ()
    return shlex.join(["pulumi", "config", "set", *inside, *typed, *end, key, value])


def _looks_typed(text: str) -> bool:
    return text in ("true", "false") or re.fullmatch(r"[+-]?\d+", text) is not None


def _apply(node: object, place: Place, change: Change) -> None:
    if isinstance(node, dict) and isinstance(place[0], str):
        _apply_to_object(cast("dict[str, object]", node), place[0], place[1:], change)
    elif isinstance(node, list) and isinstance(place[0], int):
        _apply_to_list(cast("list[object]", node), place[0], place[1:], change)
    else:
        raise LookupError(f"{place[0]!r} is no place in {node!r}")


def _apply_to_object(entries: dict[str, object], key: str, rest: Place, change: Change) -> None:
    if rest:
        if isinstance(change, Put):
            entries.setdefault(key, [] if isinstance(rest[0], int) else {})
        _apply(entries[key], rest, change)
    elif isinstance(change, Put):
        entries[key] = change.value
    else:
        del entries[key]


def _apply_to_list(items: list[object], index: int, rest: Place, change: Change) -> None:
    if rest:
        _apply(items[index], rest, change)
    elif isinstance(change, Drop):
        del items[index]
    elif index > len(items):
        raise LookupError(f"{index} is beyond the end of a list")
    else:
        items[index : index + 1] = [change.value]
