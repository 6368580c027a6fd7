"""Samples of any width, transparency and colour space are decoded to 8-bit sRGB.

PNG files with unusual samples are written byte by byte, and the expected colours are worked out by
hand.
"""

import struct
from io import BytesIO

import pytest
from PIL import Image

from handler.images.source.decode import decode
from tests.handler.images.source.decoding import MAX_PIXELS, decoded
from tests.handler.pictures import (
    BLACK,
    BLUE,
    GREEN,
    RED,
    WHITE,
    Colour,
    are_close,
    block_colours,
    blocks,
    encode,
    pixel,
    png,
    profile_with_red_and_blue_swapped,
)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("L", (77,), (77,)),
        ("LA", (77, 200), (77, 200)),
        ("RGBA", (1, 2, 3, 200), (1, 2, 3, 200)),
        ("I;16", (32_896,), (128,)),
    ],
)
def test_jpeg_2000_keeps_grey_alpha_and_scales_sixteen_bits(
    mode: str, colour: Colour, expected: Colour
) -> None:
    picture = Image.new(mode, (32, 32), colour[0] if len(colour) == 1 else colour)
    image = decode(encode(picture, "JPEG2000"), MAX_PIXELS, accepted=("JPEG2000",))
    assert pixel(image.pixels, 16, 16) == expected


def test_cielab_is_converted() -> None:
    # L* 60 (stored times 2.55), a* 20, b* -30 of D50, by the matrices of Bruce Lindbloom's site.
    lab = blocks([[(255, 128, 128), (153, 128 + 20, 128 - 30), (0, 128, 128)]], "LAB")
    image = decode(encode(lab, "TIFF"), MAX_PIXELS, accepted=("TIFF",)).pixels
    assert are_close(block_colours(image), [[WHITE, (160, 133, 198), BLACK]])


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([0.0, 0.25, 0.5, 1.0], [0, 64, 128, 255]),
        ([0.1, 0.2, 0.3, 0.4], [26, 51, 77, 102]),
        ([-100.0, 0.0, 100.0, 300.0], [0, 64, 128, 255]),
        ([7.0, 7.0, 7.0, 7.0], [7, 7, 7, 7]),
    ],
)
def test_floating_point_is_scaled_and_not_clipped(
    samples: list[float], expected: list[int]
) -> None:
    wide = Image.frombytes("F", (4, 1), struct.pack("4f", *samples))
    image = decode(encode(wide, "TIFF"), MAX_PIXELS, accepted=("TIFF",))
    assert list(image.pixels.tobytes()) == expected
    assert image.mode == "F"


def test_sixteen_bits_of_colour_are_scaled_and_not_clipped() -> None:
    row = struct.pack(">8H", 0, 257, 32_896, 65_535, 65_535, 0, 51_400, 32_896)
    image = decoded(png((2, 1), [row], bit_depth=16, colour_type=6)).pixels
    assert [pixel(image, x, 0) for x in range(2)] == [(0, 1, 128, 255), (255, 0, 200, 128)]


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped() -> None:
    samples = [0, 128, 129, 257, 32_768, 65_406, 65_535]
    row = b"".join(sample.to_bytes(2, "big") for sample in samples)
    image = decoded(png((7, 1), [row], bit_depth=16, colour_type=0))
    # 65,535 is 257 x 255: 128 / 257 is below a half, 129 / 257 above; 32,768 / 257 is 127.502.
    assert list(image.pixels.tobytes()) == [0, 0, 1, 1, 128, 254, 255]
    assert image.mode == "I;16"


def test_a_sixteen_bit_grey_is_transparent_only_if_all_its_bits_match() -> None:
    row = b"".join(sample.to_bytes(2, "big") for sample in (5_139, 5_140, 5_141))
    file = png((3, 1), [row], bit_depth=16, colour_type=0, chunks=[(b"tRNS", b"\x14\x14")])
    image = decoded(file).pixels
    assert [pixel(image, x, 0) for x in range(3)] == [(20, 255), (20, 0), (20, 255)]


@pytest.mark.parametrize(
    ("bit_depth", "row", "transparent", "expected"),
    [
        (1, b"\x40", 1, [(0, 255), (255, 0)]),
        (2, b"\x60", 2, [(85, 255), (170, 0)]),
        (4, b"\x1f", 15, [(17, 255), (255, 0)]),
        (8, b"\x0f\xff", 15, [(15, 0), (255, 255)]),
    ],
)
def test_a_transparent_grey_is_found_at_every_bit_depth(
    bit_depth: int, row: bytes, transparent: int, expected: list[Colour]
) -> None:
    chunk = (b"tRNS", transparent.to_bytes(2, "big"))
    file = png((2, 1), [row], bit_depth=bit_depth, colour_type=0, chunks=[chunk])
    image = decoded(file).pixels
    assert [pixel(image, x, 0) for x in range(2)] == expected


@pytest.mark.parametrize(
    ("bit_depth", "row", "transparent"),
    [
        (8, bytes([255, 0, 0, 0, 255, 0]), b"\0\0\0\xff\0\0"),
        (16, b"\xff\xff\0\0\0\0\0\0\xff\xff\0\0", b"\0\0\xff\xff\0\0"),
    ],
)
def test_a_transparent_colour_is_found(bit_depth: int, row: bytes, transparent: bytes) -> None:
    chunk = (b"tRNS", transparent)
    image = decoded(png((2, 1), [row], bit_depth=bit_depth, colour_type=2, chunks=[chunk])).pixels
    assert [pixel(image, x, 0) for x in range(2)] == [(255, 0, 0, 255), (0, 255, 0, 0)]


@pytest.mark.parametrize(("alphas", "expected"), [(b"\xff\0", (255, 0)), (b"\x80\x40", (128, 64))])
def test_palettes_keep_their_transparency(alphas: bytes, expected: tuple[int, int]) -> None:
    chunks = [(b"PLTE", bytes([255, 0, 0, 0, 0, 255])), (b"tRNS", alphas)]
    image = decoded(png((2, 1), [b"\0\1"], bit_depth=8, colour_type=3, chunks=chunks)).pixels
    assert [pixel(image, x, 0) for x in range(2)] == [
        (255, 0, 0, expected[0]),
        (0, 0, 255, expected[1]),
    ]


def test_a_transparent_gif_stays_transparent() -> None:
    image = blocks([[RED, BLUE]]).quantize(2)
    output = BytesIO()
    image.save(output, "GIF", transparency=image.getpixel((0, 0)))
    ((left, right),) = block_colours(decoded(output.getvalue()).pixels)
    assert (left[3], right) == (0, (0, 0, 255, 255))


@pytest.mark.parametrize(
    ("colour_type", "row", "mode", "expected"),
    [
        (0, b"\x80", "L", (0x80,)),
        (4, b"\x80\x40", "LA", (0x80, 0x40)),
        (2, b"\1\2\3", "RGB", (1, 2, 3)),
        (6, b"\1\2\3\4", "RGBA", (1, 2, 3, 4)),
    ],
)
def test_grey_stays_grey_and_alpha_is_kept(
    colour_type: int, row: bytes, mode: str, expected: Colour
) -> None:
    image = decoded(png((1, 1), [row], bit_depth=8, colour_type=colour_type)).pixels
    assert (image.mode, pixel(image, 0, 0)) == (mode, expected)


CMYK_COLOURS: list[tuple[Colour, Colour]] = [
    # Computed by libvips 8.14 with its own CMYK profile and black point compensation.
    ((0, 0, 0, 0), WHITE),
    ((255, 0, 0, 0), (0, 153, 228)),
    ((0, 0, 255, 0), (255, 240, 0)),
    ((0, 0, 0, 100), (157, 156, 157)),
]


def test_inverted_cmyk_of_adobe_has_the_right_colours() -> None:
    inks = blocks([[ink for ink, _ in CMYK_COLOURS]], "CMYK")
    image = decoded(encode(inks, "JPEG"))
    assert are_close(block_colours(image.pixels), [[colour for _, colour in CMYK_COLOURS]])
    assert image.mode == "CMYK"


def test_an_embedded_profile_is_applied_without_changing_alpha() -> None:
    profile = profile_with_red_and_blue_swapped()
    opaque = decoded(encode(blocks([[RED, GREEN, WHITE]]), "PNG", icc_profile=profile)).pixels
    assert are_close(block_colours(opaque), [[BLUE, GREEN, WHITE]])
    clear = blocks([[(255, 0, 0, 7), (0, 255, 0, 255)]], "RGBA")
    clear = decoded(encode(clear, "PNG", icc_profile=profile)).pixels
    assert are_close(block_colours(clear), [[(0, 0, 255, 7), (0, 255, 0, 255)]])


@pytest.mark.parametrize("profile", [b"", b"junk", profile_with_red_and_blue_swapped()[:300]])
def test_a_broken_profile_is_ignored(profile: bytes) -> None:
    image = decoded(encode(blocks([[RED, GREEN]]), "PNG", icc_profile=profile))
    assert block_colours(image.pixels) == [[RED, GREEN]]


@pytest.mark.parametrize(("mode", "colour"), [("L", (77,)), ("CMYK", (255, 0, 0, 0))])
def test_a_profile_for_another_colour_space_is_ignored(mode: str, colour: Colour) -> None:
    profile = profile_with_red_and_blue_swapped()
    image = decoded(encode(blocks([[colour]], mode), "JPEG", icc_profile=profile)).pixels
    assert are_close(block_colours(image), [[(77,) if mode == "L" else (0, 153, 228)]])
