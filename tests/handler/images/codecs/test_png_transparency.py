"""A transparent colour of 16 bits is matched by all its bits, as libvips does with libpng."""

import random
import struct

import pytest
import pyvips

from tests.handler.images.source.decoding import decoded
from tests.handler.pictures import pixel, png

WIDTH = 12


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("channels", [1, 3])
def test_the_same_pixels_are_transparent_as_for_libvips(seed: int, channels: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - no secret
    colour = [draw.randrange(65_536) for _ in range(channels)]
    pixels = [[sample ^ draw.choice([0, 0, 0, 1, 256]) for sample in colour] for _ in range(WIDTH)]
    pixels[3] = colour
    row = struct.pack(f">{WIDTH * channels}H", *(sample for each in pixels for sample in each))
    file = png(
        (WIDTH, 1),
        [row],
        bit_depth=16,
        colour_type=2 if channels == 3 else 0,
        chunks=[(b"tRNS", struct.pack(f">{channels}H", *colour))],
    )
    shown = decoded(file).pixels
    judge = pyvips.Image.new_from_buffer(file, "")
    expected = [[value / 257 for value in judge.getpoint(x, 0)] for x in range(WIDTH)]
    found = [pixel(shown, x, 0) for x in range(WIDTH)]
    assert [each[-1] for each in found] == [each[-1] for each in expected]
    assert {0, 255} >= {each[-1] for each in found} >= {0}
    assert all(
        abs(one - other) <= 1
        for got, wanted in zip(found, expected, strict=True)
        for one, other in zip(got, wanted, strict=True)
    )
