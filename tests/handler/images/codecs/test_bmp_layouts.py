"""BMP files with any masks are decoded, compared with the samples that were written.

libvips reads no BMP; ImageMagick does, without some of the masks.
"""

import random
import struct
from dataclasses import dataclass
from pathlib import Path

import pytest

from handler.images.source.decode import decode
from handler.model.errors import Reason, Rejected
from tests.handler.images.source.decoding import MAX_PIXELS
from tests.oracles import IMAGEMAGICK

WIDTH, HEIGHT = 7, 5
BITFIELDS, ALPHA_BITFIELDS = 3, 6


@dataclass(frozen=True, kw_only=True)
class Bmp:
    bits: int
    masks: tuple[int, int, int, int]
    header: int = 108
    compression: int = BITFIELDS
    top_down: bool = False


LAYOUTS = {
    "565": Bmp(bits=16, masks=(0xF800, 0x7E0, 0x1F, 0), header=40),
    "555": Bmp(bits=16, masks=(0x7C00, 0x3E0, 0x1F, 0), header=52, top_down=True),
    "1555": Bmp(bits=16, masks=(0x7C00, 0x3E0, 0x1F, 0x8000), header=124),
    "4444": Bmp(bits=16, masks=(0xF00, 0xF0, 0xF, 0xF000), header=56),
    "444": Bmp(bits=16, masks=(0xF00, 0xF0, 0xF, 0), header=40, top_down=True),
    "565 bgr": Bmp(bits=16, masks=(0x1F, 0x7E0, 0xF800, 0)),
    "888": Bmp(bits=32, masks=(0xFF0000, 0xFF00, 0xFF, 0), header=40),
    "8888": Bmp(bits=32, masks=(0xFF0000, 0xFF00, 0xFF, 0xFF000000), header=124),
    "8888 rgba": Bmp(bits=32, masks=(0xFF, 0xFF00, 0xFF0000, 0xFF000000), top_down=True),
    "8888 argb": Bmp(bits=32, masks=(0xFF00, 0xFF0000, 0xFF000000, 0xFF), header=56),
    "888 in the middle": Bmp(bits=32, masks=(0xFF00000, 0xFF000, 0xFF0, 0), header=52),
    "10 10 10 2": Bmp(bits=32, masks=(0x3FF00000, 0xFFC00, 0x3FF, 0xC0000000)),
    "11 11 10": Bmp(bits=32, masks=(0x7FF, 0x3FF800, 0xFFC00000, 0)),
    "alpha bitfields": Bmp(
        bits=32, masks=(0xFF0000, 0xFF00, 0xFF, 0xFF000000), header=40, compression=ALPHA_BITFIELDS
    ),
    "alpha bitfields 4444": Bmp(
        bits=16, masks=(0xF00, 0xF0, 0xF, 0xF000), header=40, compression=ALPHA_BITFIELDS
    ),
}
UNKNOWN_TO_IMAGEMAGICK = (
    *("10 10 10 2", "11 11 10", "alpha bitfields", "alpha bitfields 4444"),
    *("1555", "444", "4444"),
)
"""ImageMagick 6 knows channels of 5, 6 and 8 bits; white of others is not white for it."""

Pixels = list[list[tuple[int, ...]]]


def drawn(layout: Bmp, *, clear: bool = False) -> Pixels:
    """Draw the samples of rows, top to bottom."""
    draw = random.Random(repr(layout))  # noqa: S311 - no secret
    most = [1 << mask.bit_count() for mask in layout.masks if mask]
    if clear:
        most[3] = 1
    return [
        [tuple(draw.randrange(each) for each in most) for _ in range(WIDTH)] for _ in range(HEIGHT)
    ]


def bmp(layout: Bmp, pixels: Pixels) -> bytes:
    code, stride = {16: "H", 32: "I"}[layout.bits], -(-WIDTH * layout.bits // 32) * 4
    rows = list[bytes]()
    for row in pixels:
        values = [
            sum(
                sample << (mask & -mask).bit_length() - 1
                for sample, mask in zip(pixel, layout.masks, strict=False)
            )
            for pixel in row
        ]
        rows.append(struct.pack(f"<{WIDTH}{code}", *values).ljust(stride, b"\0"))
    data = b"".join(rows if layout.top_down else rows[::-1])
    height = -HEIGHT if layout.top_down else HEIGHT
    info = struct.pack(
        "<IiiHHIIiiII",
        *(layout.header, WIDTH, height, 1, layout.bits, layout.compression, len(data), 0, 0, 0, 0),
    )
    masks = struct.pack("<4I", *layout.masks)
    after = 16 if layout.compression == ALPHA_BITFIELDS else 12
    header = info + (masks[:after] if layout.header == 40 else masks.ljust(84, b"\0"))
    header = header if layout.header == 40 else header[: layout.header]
    return (
        struct.pack("<2sIHHI", b"BM", 14 + len(header + data), 0, 0, 14 + len(header))
        + header
        + data
    )


def expected(layout: Bmp, pixels: Pixels) -> list[tuple[int, ...]]:
    most = [(1 << mask.bit_count()) - 1 for mask in layout.masks if mask]
    return [
        tuple((510 * sample + top) // (2 * top) for sample, top in zip(pixel, most, strict=True))
        for row in pixels
        for pixel in row
    ]


def shown(data: bytes) -> tuple[str, list[tuple[int, ...]]]:
    image = decode(data, MAX_PIXELS, accepted=("BMP",)).pixels
    raw, bands = image.tobytes(), len(image.getbands())
    return image.mode, [tuple(raw[at : at + bands]) for at in range(0, len(raw), bands)]


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_mask_is_read(name: str) -> None:
    layout = LAYOUTS[name]
    pixels = drawn(layout)
    mode, found = shown(bmp(layout, pixels))
    assert mode == ("RGBA" if layout.masks[3] else "RGB")
    assert found == expected(layout, pixels)


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name not in UNKNOWN_TO_IMAGEMAGICK])
def test_imagemagick_sees_the_same(name: str, tmp_path: Path) -> None:
    layout = LAYOUTS[name]
    data = bmp(layout, drawn(layout))
    (tmp_path / "a.bmp").write_bytes(data)
    mode, found = shown(data)
    IMAGEMAGICK(str(tmp_path / "a.bmp"), "-depth", "8", f"{mode.lower()}:{tmp_path / 'a.raw'}")
    raw = (tmp_path / "a.raw").read_bytes()
    flat = [sample for pixel in found for sample in pixel]
    assert max(abs(one - other) for one, other in zip(raw, flat, strict=True)) <= 1


@pytest.mark.parametrize("name", [name for name, each in LAYOUTS.items() if each.masks[3]])
def test_alpha_that_is_zero_everywhere_is_opaque(name: str) -> None:
    layout = LAYOUTS[name]
    pixels = drawn(layout, clear=True)
    mode, found = shown(bmp(layout, pixels))
    assert mode == "RGB"
    assert found == [pixel[:3] for pixel in expected(layout, pixels)]


def test_truncated_pixels_are_damaged() -> None:
    data = bmp(LAYOUTS["8888"], drawn(LAYOUTS["8888"]))
    with pytest.raises(Rejected) as caught:
        decode(data[:-30], MAX_PIXELS, accepted=("BMP",))
    assert caught.value.reason is Reason.DAMAGED


@pytest.mark.parametrize(
    ("offset", "field", "words"),
    [
        (14, struct.pack("<I", 16), "BMP with a header of 16 bytes"),
        (28, struct.pack("<H", 2), "BMP with 2 bits per pixel"),
        (28, struct.pack("<H", 64), "BMP with 64 bits per pixel"),
        (30, struct.pack("<I", 4), "BMP that contains a JPEG"),
        (30, struct.pack("<I", 5), "BMP that contains a PNG"),
        (30, struct.pack("<I", 11), "BMP with compression 11"),
        (54, struct.pack("<I", 0xFF00FF), "BMP with 32 bits per pixel and the masks 00ff00ff"),
    ],
)
def test_a_layout_that_cannot_be_decoded_is_named(offset: int, field: bytes, words: str) -> None:
    data = bytearray(bmp(LAYOUTS["8888"], drawn(LAYOUTS["8888"])))
    data[offset : offset + len(field)] = field
    with pytest.raises(Rejected) as caught:
        decode(bytes(data), MAX_PIXELS, accepted=("BMP",))
    assert caught.value.reason is Reason.UNSUPPORTED_FORMAT
    assert caught.value.detail.startswith(f"the image is a {words}")
