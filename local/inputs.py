"""Read the inputs of a resource, and detect inputs that no code read."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, cast

import pulumi
from pulumi.runtime import rpc

from local.errors import LocalStackError

NAME_SUFFIX_BYTES = 4
MISSING = object()


class Inputs:
    """Properties of a resource, or of an object in them, by Pulumi's camelCase names.

    Every read is recorded, so that `check_all_read` can name the unread properties at any depth.
    A property that is None counts as missing.
    All readers raise LocalStackError with the property's name if its type is wrong, or if it is
    missing without a default. Values passed on to boto3 are typed Any: boto3 validates them at run
    time against AWS's service models, which are more precise than the stubs.
    """

    def __init__(self, values: Mapping[str, object], *, path: str = "") -> None:
        """Wrap `values`; `path` is their place in the resource, such as `rules[1].`."""
        given = {key: _plain(value) for key, value in values.items()}
        self._values = {key: value for key, value in given.items() if value is not None}
        self._unread = set(self._values)
        self._inner: list[Inputs] = []
        self._path = path

    @property
    def given(self) -> bool:
        """Whether there is any property."""
        return bool(self._values)

    def text(self, key: str) -> str:
        """Read a required string."""
        return self._take(key, str)

    def text_or_none(self, key: str) -> str | None:
        """Read an optional string."""
        return self._take(key, str, default=None)

    def name(self, logical_name: str, key: str = "name") -> str:
        """Read the physical name; by default the logical name with a suffix, as in pulumi-aws."""
        return self.text_or_none(key) or f"{logical_name}-{secrets.token_hex(NAME_SUFFIX_BYTES)}"

    def integer(self, key: str, default: int) -> int:
        """Read an integer."""
        return self._take(key, int, default=default)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Read a boolean."""
        return self._take(key, bool, default=default)

    def texts(self, key: str) -> list[str]:
        """Read a list of strings; empty if missing."""
        given: list[object] = self._take(key, list, default=[])
        return [str(item) for item in given]

    def mapping(self, key: str) -> dict[str, str]:
        """Read a map of strings, such as tags; empty if missing."""
        given: dict[str, object] = self._take(key, dict, default={})
        return {name: str(value) for name, value in given.items()}

    def tags(self) -> Any:
        """Read `tags` in the form that most services take."""
        return [{"Key": key, "Value": value} for key, value in self.mapping("tags").items()]

    def inner(self, key: str) -> "Inputs":
        """Read an object; without properties if missing."""
        given: dict[str, object] = self._take(key, dict, default={})
        return self._nested(given, key)

    def each(self, key: str) -> "list[Inputs]":
        """Read a list of objects; empty if missing."""
        given: list[dict[str, object]] = self._take(key, list, default=[])
        return [self._nested(item, f"{key}[{number}]") for number, item in enumerate(given)]

    def archive(self, key: str) -> bytes:
        """Read the bytes of a zip file, given as a `FileArchive`."""
        archive = self._take(key, pulumi.FileArchive)
        if not (path := Path(archive.path)).is_file():
            raise LocalStackError(f"{self._path}{key} should be a zip file, but {path} is not")
        return path.read_bytes()

    def rest(self, **names: str) -> Any:
        """Return all unread properties as arguments of boto3, which rejects unknown ones:
        `{"batchSize": 5.0}` becomes `{"BatchSize": 5}`, at every depth.

        Args:
            names: AWS's names of the keys, at any depth, for which capitalising is not enough.
        """
        given = {key: self._values[key] for key in self._unread}
        self._unread.clear()
        return _as_aws(given, names)

    def attributes(self, names: Mapping[str, str]) -> Any:
        """Return the given properties of `names` as SQS or SNS attributes: strings by AWS name."""
        given = {key: self._values[key] for key in names if key in self._values}
        self._unread -= set(given)
        return {
            names[key]: value if isinstance(value, str) else json.dumps(value)
            for key, value in given.items()
        }

    def without_effect(self, *keys: str) -> None:
        """Ignore properties about deletion: the local stack never deletes single resources."""
        self._unread -= set(keys)

    def reject(self, reason: str) -> NoReturn:
        """Raise LocalStackError for a call that AWS answered without carrying it out."""
        raise LocalStackError(f"{self._path}: {reason}")

    def unread(self) -> list[str]:
        """Return the paths of all unread properties."""
        own = [f"{self._path}{key}" for key in sorted(self._unread)]
        return own + [place for inner in self._inner for place in inner.unread()]

    def check_all_read(self) -> None:
        """Raise LocalStackError with the paths of the unread properties, if any."""
        if unread := self.unread():
            raise LocalStackError(
                f"the local stack lacks {', '.join(unread)} (see local/resources)"
            )

    def _take(self, key: str, kind: type[Any], default: object = MISSING) -> Any:
        if key not in self._values:
            if default is not MISSING:
                return default
            raise LocalStackError(f"{self._path}{key} is missing")
        self._unread.discard(key)
        value = self._values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise LocalStackError(f"{self._path}{key} should be {kind.__name__}, but is {value!r}")
        return value

    def _nested(self, values: Mapping[str, object], key: str) -> "Inputs":
        inner = Inputs(values, path=f"{self._path}{key}.")
        self._inner.append(inner)
        return inner


def _plain(value: object) -> object:
    """Unwrap secrets, and convert whole floats to integers (the wire format has floats only)."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        if rpc.is_rpc_secret(value):
            return _plain(rpc.unwrap_rpc_secret(value))
        items = cast("dict[str, object]", value).items()
        return {key: _plain(item) for key, item in items}
    return value


def _as_aws(value: object, names: Mapping[str, str]) -> object:
    if isinstance(value, list):
        return [_as_aws(item, names) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {
            names.get(key, key[:1].upper() + key[1:]): _as_aws(item, names)
            for key, item in cast("dict[str, object]", value).items()
            if item is not None
        }
    return value
