"""Proves that values travel as the specification of MessagePack has them."""

import pytest

from engine.terraform.msgpack import decode, encode
from engine.terraform.unknown import UNKNOWN

# https://github.com/msgpack/msgpack/blob/master/spec.md#formats
SPECIFIED: list[tuple[object, bytes]] = [
    (None, b"\xc0"),
    (False, b"\xc2"),
    (True, b"\xc3"),
    (-1, b"\xff"),
    (300, b"\xcd\x01\x2c"),
    (4_294_967_296, b"\xcf\x00\x00\x00\x01\x00\x00\x00\x00"),
    (1.5, b"\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"),
    ("a", b"\xa1a"),
    ("é", b"\xa2\xc3\xa9"),
    ("x" * 32, b"\xd9\x20" + b"x" * 32),
    ("x" * 256, b"\xda\x01\x00" + b"x" * 256),
    ("x" * 65_536, b"\xdb\x00\x01\x00\x00" + b"x" * 65_536),
    ([], b"\x90"),
    ([None] * 16, b"\xdc\x00\x10" + b"\xc0" * 16),
    ([None] * 65_536, b"\xdd\x00\x01\x00\x00" + b"\xc0" * 65_536),
    ({}, b"\x80"),
    ({"a": [True]}, b"\x81\xa1a\x91\xc3"),
    (
        {f"{key:02}": None for key in range(16)},
        b"\xde\x00\x10" + b"".join(b"\xa2%02d\xc0" % key for key in range(16)),
    ),
    (UNKNOWN, b"\xd4\x00\x00"),
    ([UNKNOWN, "a"], b"\x92\xd4\x00\x00\xa1a"),
]

ONLY_RECEIVED = [
    (b"\x00", 0),
    (b"\x7f", 127),
    (b"\xff", -1),
    (b"\xe0", -32),
    (b"\xcc\xff", 255),
    (b"\xcd\x01\x00", 256),
    (b"\xce\x00\x01\x00\x00", 65_536),
    (b"\xd3" + b"\xff" * 8, -1),
    (b"\xd3\x00\x00\x00\x00\x00\x00\x01\x2c", 300),
    (b"\xd0\x80", -128),
    (b"\xd1\xff\x00", -256),
    (b"\xd2\xff\xff\x00\x00", -65_536),
    (b"\xca\x3f\xc0\x00\x00", 1.5),
    (b"\xc4\x01\x00", b"\x00"),
    (b"\xc7\x02\x0c\x01\x02", UNKNOWN),  # a refined unknown of Terraform 1.6 and later
    (b"\x81\xa1a\xc7\x00\x0c", {"a": UNKNOWN}),
]


@pytest.mark.parametrize(("value", "data"), SPECIFIED, ids=range(len(SPECIFIED)))
def test_a_value_has_the_bytes_of_the_specification(value: object, data: bytes) -> None:
    assert encode(value) == data
    assert decode(data) == value


@pytest.mark.parametrize(("data", "value"), ONLY_RECEIVED, ids=range(len(ONLY_RECEIVED)))
def test_forms_that_only_a_provider_writes_are_read(data: bytes, value: object) -> None:
    assert decode(data) == value
    assert type(decode(data)) is type(value)


@pytest.mark.parametrize("data", [b"\xc1", b"\xc0\xc0", b"\x92\xc0"])
def test_what_is_no_single_value_is_rejected(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own errors derive from it
        decode(data)


@pytest.mark.parametrize("value", [b"x", ("x",), {"x"}])
def test_a_value_of_another_kind_is_rejected(value: object) -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        encode([{"a": value}])
