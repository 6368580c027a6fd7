"""Encode and decode MessagePack, in which Terraform's plugin protocol has values.

Only what the protocol uses: no timestamps, and an extension stands for an unknown value.
https://github.com/msgpack/msgpack/blob/master/spec.md
"""

import struct
from typing import cast

from engine.terraform.unknown import UNKNOWN

UNKNOWN_EXTENSION = b"\xd4\x00\x00"
"""fixext 1 of type 0: https://github.com/zclconf/go-cty/blob/main/docs/marshal.md"""

SMALL = {"text": (0xA0, 32), "list": (0x90, 16), "map": (0x80, 16)}
"""First byte of a short value, and the length from which it does not fit in that byte."""

LONG = {"text": (0xD9, 0xDA, 0xDB), "list": (None, 0xDC, 0xDD), "map": (None, 0xDE, 0xDF)}
"""First byte of a value whose length has one, two or four bytes."""

SCALARS: dict[int, object] = {0xC0: None, 0xC2: False, 0xC3: True}

NUMBERS = {
    **{0xCA: ">f", 0xCB: ">d", 0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q"},
    **{0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q"},
}

LENGTHS = {
    **{0xD9: ("text", 1), 0xDA: ("text", 2), 0xDB: ("text", 4)},
    **{0xC4: ("bytes", 1), 0xC5: ("bytes", 2), 0xC6: ("bytes", 4)},
    **{0xDC: ("list", 2), 0xDD: ("list", 4), 0xDE: ("map", 2), 0xDF: ("map", 4)},
    **{0xC7: ("extension", 1), 0xC8: ("extension", 2), 0xC9: ("extension", 4)},
}

FIXED_EXTENSIONS = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}


def encode(value: object) -> bytes:
    """Encode a value of texts, numbers, booleans, None, lists, maps and `UNKNOWN`.

    Raises:
        TypeError: If something else is in it.
    """
    if value is UNKNOWN:
        return UNKNOWN_EXTENSION
    if value is None or isinstance(value, bool):
        return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
    if isinstance(value, int):
        return b"\xd3" + struct.pack(">q", value)
    if isinstance(value, float):
        return b"\xcb" + struct.pack(">d", value)
    if isinstance(value, str):
        data = value.encode()
        return _head("text", len(data)) + data
    if isinstance(value, list):
        items = cast("list[object]", value)
        return _head("list", len(items)) + b"".join(map(encode, items))
    if isinstance(value, dict):
        entries = cast("dict[str, object]", value)
        body = b"".join(encode(key) + encode(item) for key, item in entries.items())
        return _head("map", len(entries)) + body
    raise TypeError(f"a Terraform value cannot hold {value!r}")


def _head(kind: str, length: int) -> bytes:
    first, limit = SMALL[kind]
    if length < limit:
        return bytes([first | length])
    one, two, four = LONG[kind]
    if one is not None and length < 1 << 8:
        return struct.pack(">BB", one, length)
    if length < 1 << 16:
        return struct.pack(">BH", two, length)
    return struct.pack(">BI", four, length)


def decode(data: bytes) -> object:
    """Decode one value.

    Raises:
        ValueError: If the data has anything else.
    """
    value, end = _decode(data, 0)
    if end != len(data):
        raise ValueError(f"{len(data) - end} bytes follow the value")
    return value


def _decode(data: bytes, at: int) -> tuple[object, int]:
    first, at = data[at], at + 1
    if first <= 0x7F or first >= 0xE0:
        return (first if first <= 0x7F else first - 0x100), at
    if first in SCALARS:
        return SCALARS[first], at
    if first in NUMBERS:
        number = NUMBERS[first]
        return struct.unpack_from(number, data, at)[0], at + struct.calcsize(number)
    if first in FIXED_EXTENSIONS:
        return UNKNOWN, at + 1 + FIXED_EXTENSIONS[first]
    if first in LENGTHS:
        kind, size = LENGTHS[first]
        return _collection(kind, int.from_bytes(data[at : at + size]), data, at + size)
    if first == 0xC1:
        raise ValueError("0xc1 is never used")
    kind, mask = ("map", 0x0F) if first < 0x90 else ("list", 0x0F)
    if first >= 0xA0:
        kind, mask = "text", 0x1F
    return _collection(kind, first & mask, data, at)


def _collection(kind: str, length: int, data: bytes, at: int) -> tuple[object, int]:
    if kind in ("text", "bytes"):
        body = data[at : at + length]
        return (body.decode() if kind == "text" else body), at + length
    if kind == "extension":
        return UNKNOWN, at + 1 + length
    items: list[object] = []
    for _ in range(length * 2 if kind == "map" else length):
        item, at = _decode(data, at)
        items.append(item)
    if kind == "list":
        return items, at
    return dict(zip(items[::2], items[1::2], strict=True)), at
