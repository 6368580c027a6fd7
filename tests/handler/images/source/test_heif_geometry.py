"""What is cropped away from an AVIF is not shown, and it is turned as its container says."""

from io import BytesIO
from random import Random
from typing import cast

import pytest
from PIL import Image, ImageChops

from handler.images.policy import ImagePolicy
from handler.images.source.decode import decode
from handler.images.source.header import read_header
from handler.model.byte_ranges import ByteRanges
from handler.model.facts import ImageFacts
from tests.handler.images import libvips
from tests.handler.images.source.heif_editing import (
    Property,
    clap,
    imir,
    irot,
    pasp,
    with_properties,
)

MAX_PIXELS = 100_000
WIDTH, HEIGHT = 96, 64


def avif() -> bytes:
    """Eight by eight blocks of different colours, so that each turn and crop is different."""
    small = Image.new("RGB", (12, 8))
    for x in range(12):
        for y in range(8):
            small.putpixel((x, y), (x * 22, y * 36, (x * 5 + y * 11) % 8 * 36))
    picture = small.resize(  # pyright: ignore[reportUnknownMemberType] # names numpy types
        (WIDTH, HEIGHT), Image.Resampling.NEAREST
    )
    output = BytesIO()
    picture.save(output, "AVIF", quality=95, subsampling="4:4:4", speed=9)
    return output.getvalue()


PLAIN = avif()


def member(seed: int) -> list[Property]:
    random = Random(seed)  # noqa: S311 - nothing is secret
    properties: list[Property] = []
    if random.random() < 0.7:
        width, height = random.randrange(2, WIDTH, 2), random.randrange(2, HEIGHT, 2)
        across = random.randrange(-(WIDTH - width) // 2, (WIDTH - width) // 2 + 1)
        down = random.randrange(-(HEIGHT - height) // 2, (HEIGHT - height) // 2 + 1)
        properties.append(clap((width, height), (across, down)))
    if random.random() < 0.6:
        properties.append(irot(random.randrange(4)))
    if random.random() < 0.5:
        properties.append(imir(random.randrange(2)))
    return properties


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    extremes = cast("tuple[tuple[int, int], ...]", difference.getextrema())
    return max(high for _, high in extremes)


@pytest.mark.parametrize("seed", range(40))
def test_an_avif_is_cropped_and_turned_like_in_libheif(seed: int) -> None:
    file = with_properties(PLAIN, member(seed))
    image = decode(file, MAX_PIXELS, accepted=("AVIF",))
    expected = libvips.pixels(file)
    assert image.pixels.size == expected.size == (image.width, image.height)
    assert largest_difference(image.pixels, expected) <= 4
    parts = ByteRanges.whole(file)
    policy = ImagePolicy(input_formats=("AVIF",))
    facts = read_header(parts, max_pixels=MAX_PIXELS, policy=policy)
    assert isinstance(facts, ImageFacts)
    assert (facts.width, facts.height) == expected.size


@pytest.mark.parametrize(
    "ignored",
    [
        clap((WIDTH, HEIGHT)),
        clap((WIDTH + 2, HEIGHT)),
        clap((0, 0)),
        clap((10, 10), (80, 0)),
        (b"clap", bytes(32)),
        pasp(2, 1),
    ],
)
def test_an_impossible_aperture_and_the_shape_of_pixels_change_nothing(ignored: Property) -> None:
    image = decode(with_properties(PLAIN, [ignored]), MAX_PIXELS, accepted=("AVIF",))
    assert image.pixels.size == (WIDTH, HEIGHT)
    plain = decode(PLAIN, MAX_PIXELS, accepted=("AVIF",))
    assert largest_difference(image.pixels, plain.pixels) == 0
