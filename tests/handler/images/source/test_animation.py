"""Animations are decoded with composed frames, durations and loop count.

Files are written by Pillow from frames drawn here, or byte by byte to test a rule of the format.
`tests/handler/images/render` tests encoded animations.
"""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO

import pytest
from PIL import Image

from handler.images.source.animation import Animation
from handler.images.source.decode import decode
from tests.handler.pictures import (
    BLUE,
    GREEN,
    MAGENTA,
    RED,
    Colour,
    block_colours,
    blocks,
)

FRAMES = ([[RED, GREEN]], [[GREEN, BLUE]], [[MAGENTA, MAGENTA]])


def animated(image_format: str, **options: object) -> bytes:
    first, *others = (blocks(rows) for rows in FRAMES)
    output = BytesIO()
    settings = {"lossless": True, "duration": [70, 30, 1_000], **options}
    first.save(output, image_format, save_all=True, append_images=others, **settings)
    return output.getvalue()


def animation_of(data: bytes) -> Animation:
    animation = decode(data, 100_000, max_frames=9).animation
    assert animation is not None
    return animation


def seen(animation: Animation) -> list[list[list[Colour]]]:
    return [block_colours(frame.convert("RGB")) for frame in animation.frames]


@pytest.mark.parametrize("image_format", ["GIF", "PNG", "WEBP"])
def test_all_frames_are_read_with_their_durations(image_format: str) -> None:
    animation = animation_of(animated(image_format))
    assert seen(animation) == list(FRAMES)
    assert animation.durations_ms == (70, 30, 1_000)
    assert {frame.mode for frame in animation.frames} <= {"RGB", "RGBA"}
    assert len({frame.mode for frame in animation.frames}) == 1


@pytest.mark.parametrize(
    ("image_format", "loop", "loop_count"),
    [
        ("GIF", None, 1),  # without the Netscape extension it plays once
        ("GIF", 0, 0),
        ("GIF", 1, 2),  # the number of repetitions
        ("GIF", 5, 6),
        ("PNG", 0, 0),
        ("PNG", 5, 5),
        ("WEBP", 0, 0),
        ("WEBP", 5, 5),
    ],
)
def test_the_loop_count_is_read_as_the_format_defines_it(
    image_format: str, loop: int | None, loop_count: int
) -> None:
    options = {} if loop is None else {"loop": loop}
    assert animation_of(animated(image_format, **options)).loop_count == loop_count


def gif(frames: Sequence[tuple[tuple[int, int], int, int]]) -> bytes:
    """Write a GIF of 2 x 1 pixels according to GIF89a: colour 0 is black and transparent, 1 red, 2
    green, 3 blue.

    Args:
        frames: Frames of one pixel each: position, colour, and disposal method.
    """
    table = bytes([0, 0, 0, *RED, *GREEN, *BLUE])
    file = b"GIF89a" + struct.pack("<HHBBB", 2, 1, 0b1000_0001, 0, 0) + table
    for (left, top), colour, disposal in frames:
        file += b"\x21\xf9\x04" + struct.pack("<BHB", disposal << 2 | 1, 10, 0) + b"\0"
        file += b"\x2c" + struct.pack("<HHHHB", left, top, 1, 1, 0)
        # Codes of 3 bits, lowest first: clear (4), the colour, end (5).
        codes = 4 | colour << 3 | 5 << 6
        file += b"\x02\x02" + struct.pack("<H", codes) + b"\0"
    return file + b"\x3b"


@pytest.mark.parametrize(
    ("disposal", "expected"),
    [
        (1, [[RED, None], [RED, GREEN], [BLUE, GREEN]]),  # left in place
        (2, [[RED, None], [RED, GREEN], [BLUE, None]]),  # restored to background
        (3, [[RED, None], [RED, GREEN], [BLUE, None]]),  # restored to previous
    ],
)
def test_frames_are_composed_by_the_disposal_methods(
    disposal: int, expected: list[list[Colour | None]]
) -> None:
    animation = animation_of(gif([((0, 0), 1, 1), ((1, 0), 2, disposal), ((0, 0), 3, 1)]))
    shown = [
        [frame.convert("RGBA").getpixel((x, 0)) for x in range(2)] for frame in animation.frames
    ]
    assert [
        [pixel[:3] if isinstance(pixel, tuple) and pixel[3] else None for pixel in row]
        for row in shown
    ] == expected
    assert animation.durations_ms == (100, 100, 100)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def apng_with_picture_before() -> bytes:
    """Write an APNG with a red default image that is not part of the green and blue animation."""

    def control(sequence: int) -> bytes:
        return chunk(b"fcTL", struct.pack(">5I2H2B", sequence, 1, 1, 0, 0, 1, 20, 0, 0))

    def data(colour: Colour) -> bytes:
        return zlib.compress(b"\0" + bytes(colour))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
        + chunk(b"acTL", struct.pack(">II", 2, 0))
        + chunk(b"IDAT", data(RED))
        + control(0)
        + chunk(b"fdAT", struct.pack(">I", 1) + data(GREEN))
        + control(2)
        + chunk(b"fdAT", struct.pack(">I", 3) + data(BLUE))
        + chunk(b"IEND", b"")
    )


def test_the_default_image_of_an_apng_is_not_a_frame() -> None:
    image = decode(apng_with_picture_before(), 100, max_frames=2)
    assert image.pixels.getpixel((0, 0)) == RED
    assert image.frames == 2
    assert image.animation is not None
    assert [frame.getpixel((0, 0)) for frame in image.animation.frames] == [GREEN, BLUE]
    assert image.animation.durations_ms == (50, 50)


@pytest.mark.parametrize("image_format", ["GIF", "PNG", "WEBP"])
def test_an_animation_beyond_the_limits_is_reduced_to_its_first_frame(image_format: str) -> None:
    data = animated(image_format)
    pixels = 3 * 32 * 16
    assert decode(data, pixels, max_frames=3).animation is not None
    for image in (decode(data, pixels - 1, max_frames=3), decode(data, pixels, max_frames=2)):
        assert image.animation is None
        assert image.frames == 3
        assert block_colours(image.pixels.convert("RGB")) == FRAMES[0]


def test_a_still_image_is_not_an_animation() -> None:
    output = BytesIO()
    blocks([[RED]]).save(output, "GIF")
    image = decode(output.getvalue(), 1_000, max_frames=9)
    assert (image.frames, image.animation) == (1, None)


def test_every_frame_of_an_animation_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    animation = animation_of(animated("WEBP", exif=exif))
    assert seen(animation)[0] == [[RED], [GREEN]]
