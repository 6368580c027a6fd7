"""Convert properties of Pulumi's plugin protocol to and from plain values.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
"""

import base64
from typing import Any, cast

from google.protobuf import json_format, struct_pb2

from engine.terraform.unknown import UNKNOWN

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for a value that is known only after `pulumi up`."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Key of the kind of a value that JSON does not have."""

SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a kind of values, not one
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
ASSET = "c44067f5952c0a294b673a41bacd8c17"

Properties = dict[str, Any]


def from_struct(struct: struct_pb2.Struct) -> Properties:
    """Return properties without the wrapping of secrets, and whole numbers as integers."""
    return cast("Properties", _plain(json_format.MessageToDict(struct)))


def to_struct(properties: Properties) -> struct_pb2.Struct:
    """Return properties as the engine takes them."""
    return json_format.ParseDict(cast("Properties", _sent(properties)), struct_pb2.Struct())


def is_archive(value: object) -> bool:
    """Return whether a value is a folder or a zip file, such as the code of a function."""
    return isinstance(value, dict) and cast("Properties", value).get(SIGNATURE) == ARCHIVE


def _plain(value: object) -> object:
    if isinstance(value, dict):
        entries = cast("Properties", value)
        if entries.get(SIGNATURE) == SECRET:
            return _plain(entries["value"])
        return {key: _plain(item) for key, item in entries.items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[object]", value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return UNKNOWN if value == UNKNOWN_TEXT else value


def _sent(value: object) -> object:
    if value is UNKNOWN:
        return UNKNOWN_TEXT
    if isinstance(value, dict):
        return {key: _sent(item) for key, item in cast("Properties", value).items()}
    if isinstance(value, list):
        return [_sent(item) for item in cast("list[object]", value)]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value
