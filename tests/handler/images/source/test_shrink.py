"""Variants of a JPEG that is decoded smaller look the same, and its record is unchanged."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from handler.images.source.decode import decode
from handler.images.transform import transform
from handler.images.variants.parsing import parse_variants
from handler.images.variants.rendition import Rendition
from handler.model.facts import ImageFacts
from tests.handler.pictures import BLUE, GREEN, RED, WHITE, are_close, block_colours, blocks, encode

MAX_PIXELS = 10_000_000


def large(orientation: int | None = None) -> bytes:
    """Return a JPEG of 2400 x 1600 pixels, red, green and blue above white."""
    picture = blocks([[RED, GREEN, BLUE], [WHITE, WHITE, WHITE]])
    picture = picture.crop((0, 0, 48, 32)).transform(
        (2400, 1600), Image.Transform.EXTENT, (0, 0, 48, 32)
    )
    return encode(picture, "JPEG", orientation=orientation)


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (1, (2400, 1600)),
        (0.5, (2400, 1600)),  # twice the needed size is decoded
        (0.25, (1200, 800)),
        (0.2, (1200, 800)),
        (0.125, (600, 400)),
        (0.01, (600, 400)),  # at least 256 pixels of the shorter side are decoded
    ],
)
def test_a_jpeg_is_decoded_no_larger_than_needed(scale: float, expected: tuple[int, int]) -> None:
    image = decode(large(), MAX_PIXELS, scale_needed=lambda _: scale)
    assert image.pixels.size == expected
    assert (image.width, image.height) == (2400, 1600)


def test_the_scale_is_computed_for_the_displayed_size() -> None:
    asked: list[tuple[int, int]] = []

    def scale(size: tuple[int, int]) -> float:
        asked.append(size)
        return 0.25

    image = decode(large(orientation=6), MAX_PIXELS, scale_needed=scale)
    assert asked == [(1600, 2400)]
    assert (image.width, image.height) == (1600, 2400)
    assert image.pixels.size == (800, 1200)


def made_of(data: bytes, *specs: object) -> tuple[ImageFacts, list[Image.Image]]:
    facts, *made = transform(
        data, parse_variants(specs), max_pixels=MAX_PIXELS, background_colour="#ffffff"
    )
    assert isinstance(facts, ImageFacts)
    by_name = {one.variant.name: one.data for one in made if isinstance(one, Rendition)}
    return facts, [Image.open(BytesIO(by_name[name])) for name in sorted(by_name)]


def test_variants_of_a_jpeg_decoded_smaller_look_the_same() -> None:
    noisy = (
        Image.effect_noise((300, 200), 60)
        .convert("RGB")
        .transform((2400, 1600), Image.Transform.EXTENT, (0, 0, 300, 200), Image.Resampling.BICUBIC)
    )
    small = {"name": "small", "format": "png", "maxWidth": 300}
    data = encode(noisy, "JPEG")
    _, (shrunk,) = made_of(data, small)
    _, (whole, _) = made_of(data, small, {"name": "whole", "format": "jpeg"})
    assert shrunk.size == whole.size == (300, 200)
    assert (
        max(ImageStat.Stat(ImageChops.difference(shrunk, whole)).mean) < 3
    )  # noise is the worst case


def test_a_crop_shows_the_same_part() -> None:
    wanted = {"name": "v", "format": "png", "maxWidth": 16, "maxHeight": 32, "fit": "cover"}
    facts, (image,) = made_of(large(), wanted)
    assert are_close(block_colours(image), [[GREEN], [WHITE]])
    assert (facts.width, facts.height) == (2400, 1600)
