"""Perceptual descriptions agree with other implementations and with known pictures.

The placeholders were computed by thumbhash-python 1.0.1, the hashes by ImageHash 4.3.2.
"""

import pytest
from PIL import Image

from handler.images.metadata.perceptual import (
    average_colour,
    difference_hash,
    dominant_colours,
    downsample,
    thumbhash,
)
from tests.handler.pictures import BLUE, GREEN, RED, WHITE, blocks


def gradient(width: int, height: int) -> Image.Image:
    """Return a picture without symmetries: ThumbHash's rounding of zero amplitudes is arbitrary."""
    pixels = bytes(
        sample
        for y in range(height)
        for x in range(width)
        for sample in (
            255 * x * x // width**2,
            255 * x * y // (width * height),
            255 * (x + 2 * y) ** 2 // (width + 2 * height) ** 2,
        )
    )
    return Image.frombytes("RGB", (width, height), pixels)


def with_alpha(image: Image.Image) -> Image.Image:
    clear = image.copy()
    clear.putalpha(image.getchannel("B"))
    return clear


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (gradient(32, 24), "ESgSJYyQh4eTiIh4iHiIiJCPBvt0"),
        (gradient(20, 31), "0ScONQyQh5KIiHh4iIh3iJCPBft0"),
        (with_alpha(gradient(32, 24)), "2heGDIQksJbUhmp4COwp4W8jeAh5mIeHCA=="),
    ],
    ids=["landscape", "portrait", "transparent"],
)
def test_the_placeholder_equals_that_of_another_implementation(
    image: Image.Image, expected: str
) -> None:
    assert thumbhash(image) == expected


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (300, 200)])
def test_every_picture_has_a_perceptual_description(mode: str, size: tuple[int, int]) -> None:
    glance = downsample(Image.new(mode, size))
    assert 5 < len(thumbhash(glance)) <= 40
    assert len(difference_hash(glance)) == 16


def test_the_difference_hash_equals_that_of_another_implementation() -> None:
    turned = gradient(32, 24).rotate(30, fillcolor=(255, 0, 255))
    assert difference_hash(turned) == "9e3e7fffffff7e3d"


def test_copies_have_similar_hashes() -> None:
    picture = gradient(300, 200).rotate(30, fillcolor=(255, 0, 255))
    copy = picture.reduce(3).quantize(16).convert("RGB")
    bits = int(difference_hash(picture), 16) ^ int(difference_hash(copy), 16)
    assert bits.bit_count() <= 10


def test_the_average_colour_ignores_transparent_pixels() -> None:
    assert average_colour(blocks([[RED, BLUE]])) == "#800080"
    assert average_colour(blocks([[(255, 0, 0, 255), (0, 0, 255, 0)]], "RGBA")) == "#ff0000"
    assert average_colour(Image.new("RGBA", (5, 5), (9, 9, 9, 0))) is None


def test_the_most_frequent_colours_come_first() -> None:
    picture = blocks([[RED, RED, RED, BLUE], [WHITE, WHITE, RED, GREEN]])
    found = dominant_colours(picture)
    assert found[:2] == ["#ff0000", "#ffffff"]
    assert set(found) == {"#ff0000", "#ffffff", "#0000ff", "#00ff00"}
    assert dominant_colours(Image.new("LA", (5, 5))) == []
