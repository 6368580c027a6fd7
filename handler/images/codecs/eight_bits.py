"""Scaling of wide samples to 8 bits."""

import math
from collections.abc import Sequence
from typing import cast

from PIL import Image, ImageMath

SIXTEEN_BITS = 2**16
_TO_EIGHT_BITS = [(sample + 128) // 257 for sample in range(SIXTEEN_BITS)]
"""65535 is 257 x 255, so this rounds to nearest; Pillow's own conversion clips at 255."""


_HALF = 0.5
"""Pillow truncates in its conversion to mode L."""

_LEAST = 1e-6
"""In place of alpha 0, whose colours do not matter."""


def from_sixteen_bits(image: Image.Image) -> Image.Image:
    """Scale mode I;16 to L."""
    return look_up(image.convert("I"), _TO_EIGHT_BITS)


def look_up(image: Image.Image, table: list[int]) -> Image.Image:
    """Return mode L for an image in mode I with values of 16 bits."""
    return image.point(table, "L")  # pyright: ignore[reportUnknownMemberType] # names numpy types


def from_range(channels: Sequence[Image.Image]) -> list[Image.Image]:
    """Scale channels in mode I or F to 0-255 in mode F, all by the same range; see `rounded`.

    Floating point values within 0-1 are scaled so that 1 is white, as in Adobe's TIFF Technical
    Note 3. Other values are scaled so that the lowest is black and the highest white.
    """
    extrema = [cast("tuple[float, float]", each.getextrema()) for each in channels]
    lowest, highest = min(low for low, _ in extrema), max(high for _, high in extrema)
    if channels[0].mode == "F" and lowest >= 0 and highest <= 1:
        lowest, highest = 0.0, 1.0
    span = highest - lowest
    wide = [each.convert("F") for each in channels]
    if not (math.isfinite(span) and span > 0):
        return wide
    scale = 255 / span
    return [multiplied(each, scale, -lowest * scale) for each in wide]


def multiplied(image: Image.Image, factor: float, offset: float = 0) -> Image.Image:
    """Return an image in mode F with each value multiplied, then shifted."""
    return image.point(  # pyright: ignore[reportUnknownMemberType] # names numpy types
        lambda sample: sample * factor + offset
    )


def rounded(image: Image.Image) -> Image.Image:
    """Return mode L for values of 0-255 in mode F; others are clipped."""
    return multiplied(image, 1, _HALF).convert("L")


def without_premultiplication(colours: Image.Image, alpha: Image.Image) -> Image.Image:
    """Divide by alpha; both are in mode F, of 0-255."""
    return ImageMath.lambda_eval(
        lambda args: args["min"](args["colours"] * 255 / args["max"](args["alpha"], _LEAST), 255),
        colours=colours,
        alpha=alpha,
    )
