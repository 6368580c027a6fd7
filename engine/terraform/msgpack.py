"""Encode and decode the values of Terraform's plugin protocol, which are MessagePack.

An extension stands for an unknown value:
https://github.com/zclconf/go-cty/blob/main/docs/marshal.md
"""

from collections.abc import Callable
from typing import cast

import msgpack  # pyright: ignore[reportMissingTypeStubs]

from engine.terraform.unknown import UNKNOWN

_pack = cast("Callable[..., bytes]", msgpack.packb)  # pyright: ignore[reportUnknownMemberType]
_unpack = cast("Callable[..., object]", msgpack.unpackb)  # pyright: ignore[reportUnknownMemberType]


def encode(value: object) -> bytes:
    """Encode a value of texts, numbers, booleans, None, lists, maps and `UNKNOWN`.

    Raises:
        TypeError: If something else is in it.
    """
    _check_no_bytes(value)
    return _pack(value, default=_extension, strict_types=True)


def _extension(value: object) -> object:
    if value is UNKNOWN:
        return msgpack.ExtType(0, b"\0")
    raise TypeError(f"a Terraform value cannot hold {value!r}")


def _check_no_bytes(value: object) -> None:
    """Refuse bytes, which MessagePack has, and Terraform has not."""
    if isinstance(value, dict):
        for each in cast("dict[str, object]", value).values():
            _check_no_bytes(each)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            _check_no_bytes(each)
    elif isinstance(value, bytes):
        raise TypeError(f"a Terraform value cannot hold {value!r}")


def _unknown(_code: int, _data: bytes) -> object:
    return UNKNOWN


def decode(data: bytes) -> object:
    """Decode one value.

    Raises:
        ValueError: If the data has anything else.
    """
    return _unpack(data, ext_hook=_unknown)
