"""Uploads for drills: small real images, each different from the others, and what is no image."""

from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO

from PIL import Image

from handler.images.render.render import Rendition
from handler.images.transform import transform
from handler.images.variants.parsing import Variant
from handler.model.errors import Rejected
from handler.model.facts import ImageFacts

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
DISTINCT = 997
"""How many pictures there are; a prime, so that runs of numbers do not fall into step with it."""


@cache
def picture(number: int) -> bytes:
    """Return a picture of 12 x 8 pixels; consecutive numbers give plainly different colours."""
    number %= DISTINCT
    colour = (number * 97 % 256, number * 57 % 256, number * 31 % 256)
    image = Image.new("RGB", (12, 8), colour)
    image.paste((255 - colour[0], colour[2], colour[1]), (0, 0, 1 + number % 11, 4))
    output = BytesIO()
    image.save(output, FORMATS[number % len(FORMATS)])
    return output.getvalue()


@cache
def poison(number: int) -> bytes:
    """Return bytes that can never be developed: cut off, no image, a bomb, empty, unsupported."""
    jpeg = picture(number * len(FORMATS))
    kinds = (
        jpeg[: len(jpeg) // 2] + bytes([number % 256]),
        b"poison %d" % number,
        # A GIF that declares 65,535 x 65,535 pixels: https://www.w3.org/Graphics/GIF/spec-gif89a.txt
        b"GIF89a\xff\xff\xff\xff\x00\x00\x00" + b"%d" % number,
        b"",
        b"II*\0 a TIFF, so to speak %d" % number,
    )
    return kinds[number % len(kinds)]


@cache
def _transformed(
    data: bytes, variants: Sequence[Variant], max_pixels: int, background_colour: str
) -> Sequence[ImageFacts | Rendition] | Rejected:
    try:
        return tuple(
            transform(data, variants, max_pixels=max_pixels, background_colour=background_colour)
        )
    except Rejected as rejection:
        return rejection


def transformed(
    data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
) -> Iterator[ImageFacts | Rendition]:
    """Do what `handler.images.transform.develop` does, once for each input: it is pure."""
    result = _transformed(data, tuple(variants), max_pixels, background_colour)
    if isinstance(result, Rejected):
        raise Rejected(result.reason, result.detail)
    yield from result
