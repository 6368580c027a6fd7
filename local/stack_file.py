"""Read Pulumi.<stack>.yaml as Pulumi's CLI does, whose YAML differs from PyYAML's.

`yes` is a text, `1e3` a number, `0123` octal, and a key stands once. What the CLI 3.274 made of
odd files is the table in tests/local/test_stack_file.py.
"""

import datetime
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from local.errors import LocalStackError

_KEY = re.compile(r"^(?:([^:]+):(?:config:)?)?([^:]+)$")
"""A name, `namespace:name` or `namespace:config:name`."""

_SCALARS = (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|(?:0|[1-9][0-9_]*))$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("timestamp", r"^\d{4}-\d\d?-\d\d?$", "0123456789"),
)
"""Plain scalars by YAML's name of their type, what they look like, and how they begin."""


class _Loader(yaml.SafeLoader):
    """A loader with the scalars of the CLI's YAML library, gopkg.in/yaml.v3."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as PyYAML declares it

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: dict[str, Any] = {}
        for key, _ in cast("list[tuple[Any, Any]]", node.value):
            if (first := seen.setdefault(str(key.value), key)) is not key:
                problem = f"{key.value} is there twice, first in line {first.start_mark.line + 1}"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
        return super().construct_mapping(node, deep=deep)


def _integer(loader: Any, node: Any) -> int:
    text = str(loader.construct_scalar(node)).replace("_", "").lower()
    octal = re.sub(r"^([-+]?)0(?=[0-7])", r"\g<1>0o", text)
    return int(octal, 0)


def _day(loader: Any, node: Any) -> str:
    day = datetime.date(*map(int, str(loader.construct_scalar(node)).split("-")))
    return f"{day.isoformat()} 00:00:00 +0000 UTC"  # as Go writes a time


for _name, _pattern, _first in _SCALARS:
    cast("Any", _Loader).add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(_pattern), [*_first]
    )
_Loader.add_constructor("tag:yaml.org,2002:int", _integer)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)


def read_stack_file(path: Path, project: str) -> Mapping[str, object]:
    """Return the values of a stack file by full key; none if there is no file.

    Args:
        path: of the file.
        project: the namespace of keys without one.

    Raises:
        LocalStackError: With one line, if the file is wrong or a value is a secret, which only the
            CLI can decrypt.
    """
    config = _document(path).get("config")
    if not isinstance(config, dict | None):
        raise LocalStackError(f"{path.name}: config should be an object of options by name")
    values: dict[str, object] = {}
    for key, value in cast("dict[object, object]", config or {}).items():
        full = _full_key(key, project, path)
        if full in values:
            raise LocalStackError(f"{path.name}: {full} is set twice, with and without namespace")
        if isinstance(value, dict) and "secure" in value:
            raise LocalStackError(
                f"{full} is encrypted, and only the Pulumi CLI can decrypt it: leave it out"
            )
        values[full] = "" if value is None else value
    return values


def value_text(value: object) -> str:
    """Return a value as the CLI passes it to the program."""
    if isinstance(value, str):
        return value
    return json.dumps(_whole(value), separators=(",", ":"), ensure_ascii=False)


def _whole(value: object) -> object:
    """Return numbers without a fraction as integers, as Go writes them."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _document(path: Path) -> dict[str, object]:
    """Read the first document of a file, after which the CLI stops."""
    if not path.exists():
        return {}
    loader: Any = _Loader(path.read_text(encoding="utf-8-sig"))
    try:
        document: object = loader.get_data() if loader.check_data() else {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise LocalStackError(
            f"{path.name}{place}: {error.problem}: correct the YAML there"
        ) from error
    finally:
        loader.dispose()
    if not isinstance(document, dict | None):
        raise LocalStackError(f"{path.name}: should be an object with config")
    return cast("dict[str, object]", document or {})


def _full_key(key: object, project: str, path: Path) -> str:
    found = _KEY.match(key) if isinstance(key, str) else None
    if found is None:
        raise LocalStackError(f"{path.name}: {key!r} is no key: write it as namespace:name")
    return f"{found[1] or project}:{found[2]}"
