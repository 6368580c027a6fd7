"""A resource's inputs, read so that nothing can be dropped silently."""

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
    """The properties of one resource, or of one object inside them, by Pulumi's camelCase names.

    Every read is remembered, so that `check_all_read` can name what is left at any depth.
    A property that is None counts as not given.
    All readers raise TwinError, naming the property, when it is of another type, or is missing
    where no default is allowed. What goes straight to boto3 is typed Any: boto3 checks it at run
    time, against models of AWS that know more than the types do.
    """

    def __init__(self, values: Mapping[str, object], *, path: str = "") -> None:
        """Wrap `values`; `path` says where in a resource they are, such as `rules[1].`."""
        given = {key: _plain(value) for key, value in values.items()}
        self._values = {key: value for key, value in given.items() if value is not None}
        self._unread = set(self._values)
        self._inner: list[Inputs] = []
        self._path = path

    @property
    def given(self) -> bool:
        """Whether there is any property at all."""
        return bool(self._values)

    def text(self, key: str) -> str:
        """A text that must be given."""
        return self._take(key, str)

    def text_or_none(self, key: str) -> str | None:
        """A text that may be missing."""
        return self._take(key, str, default=None)

    def name(self, logical_name: str, key: str = "name") -> str:
        """The physical name, or, as pulumi-aws does, one made up from the logical name."""
        return self.text_or_none(key) or f"{logical_name}-{secrets.token_hex(NAME_SUFFIX_BYTES)}"

    def integer(self, key: str, default: int) -> int:
        """A whole number."""
        return self._take(key, int, default=default)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A truth value."""
        return self._take(key, bool, default=default)

    def texts(self, key: str) -> list[str]:
        """A list of texts; empty when missing."""
        given: list[object] = self._take(key, list, default=[])
        return [str(item) for item in given]

    def mapping(self, key: str) -> dict[str, str]:
        """Free keys with texts, such as tags; empty when missing."""
        given: dict[str, object] = self._take(key, dict, default={})
        return {name: str(value) for name, value in given.items()}

    def tags(self) -> Any:
        """`tags` in the form that most services want."""
        return [{"Key": key, "Value": value} for key, value in self.mapping("tags").items()]

    def inner(self, key: str) -> "Inputs":
        """An object, to be read in turn; one without properties when missing."""
        given: dict[str, object] = self._take(key, dict, default={})
        return self._nested(given, key)

    def each(self, key: str) -> "list[Inputs]":
        """A list of objects, each to be read in turn; empty when missing."""
        given: list[dict[str, object]] = self._take(key, list, default=[])
        return [self._nested(item, f"{key}[{number}]") for number, item in enumerate(given)]

    def archive(self, key: str) -> bytes:
        """The bytes of a zip file that is given as a `FileArchive`."""
        archive = self._take(key, pulumi.FileArchive)
        if not (path := Path(archive.path)).is_file():
            raise LocalStackError(f"{self._path}{key} should be a zip file, and {path} is none")
        return path.read_bytes()

    def rest(self, **names: str) -> Any:
        """All that was not read yet, as arguments of boto3, which refuses what it does not know:
        `{"batchSize": 5.0}` becomes `{"BatchSize": 5}`, at every depth.

        Args:
            names: AWS's name of each key, at any depth, that is not just capitalised.
        """
        given = {key: self._values[key] for key in self._unread}
        self._unread.clear()
        return _as_aws(given, names)

    def attributes(self, names: Mapping[str, str]) -> Any:
        """Those of the keys in `names` that are given, as attributes in the sense of SQS and SNS:
        under AWS's name, and as text.
        """
        given = {key: self._values[key] for key in names if key in self._values}
        self._unread -= set(given)
        return {
            names[key]: value if isinstance(value, str) else json.dumps(value)
            for key, value in given.items()
        }

    def without_effect(self, *keys: str) -> None:
        """Properties that only tell Pulumi how to delete, which the twin never does one by one."""
        self._unread -= set(keys)

    def refuse(self, reason: str) -> NoReturn:
        """Raise TwinError: AWS answered, but did not do it."""
        raise LocalStackError(f"{self._path}: {reason}")

    def unread(self) -> list[str]:
        """Where each property that nobody read is."""
        own = [f"{self._path}{key}" for key in sorted(self._unread)]
        return own + [place for inner in self._inner for place in inner.unread()]

    def check_all_read(self) -> None:
        """Raise TwinError, naming them, when there are properties that nobody read."""
        if unread := self.unread():
            raise LocalStackError(
                f"the twin does not know {', '.join(unread)} (see local/resources)"
            )

    def _take(self, key: str, kind: type[Any], default: object = MISSING) -> Any:
        if key not in self._values:
            if default is not MISSING:
                return default
            raise LocalStackError(f"{self._path}{key} is missing")
        self._unread.discard(key)
        value = self._values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise LocalStackError(f"{self._path}{key} should be {kind.__name__}, and is {value!r}")
        return value

    def _nested(self, values: Mapping[str, object], key: str) -> "Inputs":
        inner = Inputs(values, path=f"{self._path}{key}.")
        self._inner.append(inner)
        return inner


def _plain(value: object) -> object:
    """Without the wrapping of secrets, and whole numbers as such (the wire has floats only)."""
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
