"""Pulumi's CLI, as far as `pulumi config set` and `rm` go: what they store, and what is refused.

Written from the CLI's source, and compared with the CLI 3.274 by hand:
sdk/go/common/resource/config/{map,object,value}.go, sdk/go/common/resource/properties_path.go and
pkg/workspace/config.go in https://github.com/pulumi/pulumi
"""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, cast

Stored = dict[str, Any]
"""What a stack file holds of the project's options: text, or lists and objects."""

_PART = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\.?([^.\[\]]+)')


def run(line: str, stored: Stored) -> Stored:
    """Return what a stack file holds after a line of commands that are joined by `&&`."""
    changed = cast("Stored", json.loads(json.dumps(stored)))
    for command in line.split(" && "):
        words = shlex.split(command)
        assert words[:2] == ["pulumi", "config"], command
        _run(words[2], words[3:], changed)
    return changed


def refusals(stored: Stored, types: Mapping[str, str]) -> list[str]:
    """Return the options whose stored value the CLI refuses before the program runs."""
    return [key for key, value in stored.items() if not _is_of_type(value, types.get(key, ""))]


def as_config(stored: Stored) -> dict[str, str]:
    """Return what the program gets of it: text, with lists and objects as JSON."""
    return {
        f"imagepipe:{key}": value if isinstance(value, str) else json.dumps(value)
        for key, value in stored.items()
    }


def _is_of_type(value: object, kind: str) -> bool:
    match kind:
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "integer":
            return re.fullmatch(r"[+-]?\d+", str(value)) is not None
        case "boolean":
            return value in ("true", "false", True, False)
        case _:
            return True  # also of options that Pulumi.yaml does not know


def _run(verb: str, words: Sequence[str], stored: Stored) -> None:
    flags = [word for word in words if word.startswith("--") and word != "--"]
    rest = [word for word in words if word not in ("--", *flags)]
    is_text = "--type" in flags
    if is_text:
        assert rest.pop(0) == "string"
    place = _parts(rest[0]) if "--path" in flags else [rest[0].removeprefix("imagepipe:")]
    assert set(flags) <= {"--path", "--type"}, words
    if verb == "rm":
        _remove(stored, place)
    else:
        assert verb == "set"
        typed = rest[1] if is_text or len(place) == 1 else _typed(rest[1])
        _set(stored, place, typed)


def _parts(path: str) -> list[str | int]:
    parts: list[str | int] = []
    for quoted, index, name in _PART.findall(path):
        parts.append(int(index) if index else name or quoted.replace('\\"', '"'))
    return parts


def _typed(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?(0|[1-9]\d*)", text) else text


def _set(node: Any, place: Sequence[str | int], value: object) -> None:
    first, *rest = place
    if isinstance(first, int) and first == len(node):
        node.append(None)
    elif isinstance(first, str):
        node.setdefault(first, None)
    if rest:
        if node[first] is None:
            node[first] = [] if isinstance(rest[0], int) else {}
        _set(node[first], rest, value)
    else:
        node[first] = value


def _remove(node: Any, place: Sequence[str | int]) -> None:
    for part in place[:-1]:
        node = node[part]
    del node[place[-1]]
