"""Gain maps are recorded, by the file's own declaration."""

from io import BytesIO
from typing import Any

import pytest
import pyvips
from PIL import Image

from handler.images.metadata.gain_map import gain_map_kind
from handler.images.source.decode import decode

MAX_PIXELS = 100_000
APPLE = b"urn:com:apple:photo:2020:aux:hdrgainmap"


def jpeg() -> bytes:
    output = BytesIO()
    Image.new("RGB", (64, 48), "red").save(output, "JPEG")
    return output.getvalue()


def test_an_ultra_hdr_jpeg_of_libultrahdr_is_recognised() -> None:
    dark: Any = pyvips.Image.black(128, 96, bands=3)
    light = dark.linear(1, [3.0, 1.5, 0.5]).cast("float").copy(interpretation="scrgb")
    file: bytes = light.uhdrsave_buffer()
    image = decode(file, MAX_PIXELS)
    assert image.format == "JPEG"
    assert image.details["gain_map"] in ("ultra-hdr", "iso-21496-1")


@pytest.mark.parametrize(
    ("source_format", "data", "expected"),
    [
        (
            "JPEG",
            b"...MPF\0..." + bytes(300_000) + APPLE,
            "apple",
        ),
        ("JPEG", b"..." + bytes(300_000) + APPLE, None),
        ("JPEG", b"urn:iso:std:iso:ts:21496:-1\0", "iso-21496-1"),
        ("HEIC", b"meta " + APPLE + b" mdat", "apple"),
        ("AVIF", b"meta infe tmap mdat", "iso-21496-1"),
        ("AVIF", b"meta infe mdat tmap", None),
        ("PNG", b"urn:iso:std:iso:ts:21496:-1\0", None),
    ],
)
def test_a_gain_map_is_found_by_its_mark(
    source_format: str, data: bytes, expected: str | None
) -> None:
    assert gain_map_kind(data, source_format) == expected


def test_a_file_without_one_has_no_such_fact() -> None:
    assert "gain_map" not in decode(jpeg(), MAX_PIXELS).details
