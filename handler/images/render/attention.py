"""Finds the part of a picture that people look at: edges, skin and strong colours.

The family of smartcrop.js (https://github.com/jwagner/smartcrop.js) and of libvips' strategy
`attention` (https://www.libvips.org/API/current/method.Image.smartcrop.html), over some 128 pixels
a side and in whole numbers, so that the same pixels give the same crop. It knows no faces.
"""

import functools
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageFilter

from handler.images.metadata.perceptual import downsample
from handler.images.render.geometry import Place
from handler.images.source.colour import to_lab

_EDGE_WEIGHT, _SKIN_WEIGHT, _COLOUR_WEIGHT = 5, 2, 2

_LEAST_EDGE = 24
"""Of 255. What differs less from its neighbours is noise or a soft gradient."""

_SKIN_A, _SKIN_B, _LEAST_SKIN_LIGHTNESS = (3, 22), (4, 31), 38
"""Of CIELAB, with a lightness of 15 in 100: https://www.libvips.org, as found on portraits."""

_STRONG_COLOUR = 50
"""How far a or b is from grey at least; libvips takes a chroma of 60."""

_SIGNED = range(-128, 128)
"""What the bytes of a and b stand for."""

_SOBEL = (-1, 0, 1, -2, 0, 2, -1, 0, 1), (-1, -2, -1, 0, 0, 0, 1, 2, 1)


def attention(pixels: Image.Image, window: tuple[float, float]) -> Place:
    """Return where a crop shows most: the shares of the free space left of it and above it.

    Args:
        pixels: Mode L, LA, RGB or RGBA.
        window: Width and height of the crop as shares of the picture, above 0 and at most 1.
    """
    glance = downsample(pixels).convert("RGBA")
    width, height = glance.size
    salience = _salience(glance)
    columns = [sum(salience[x::width]) for x in range(width)]
    rows = [sum(salience[y * width : (y + 1) * width]) for y in range(height)]
    return _best(columns, window[0]), _best(rows, window[1])


def _salience(glance: Image.Image) -> Sequence[int]:
    """Return how much each pixel draws the eye; nothing that is transparent does."""
    grey = Image.new("RGBA", glance.size, (128, 128, 128, 255))
    colours = Image.alpha_composite(grey, glance).convert("RGB")
    lightness, a, b = to_lab(colours).split()
    skin = ImageChops.darker(
        ImageChops.darker(_between(a, *_SKIN_A), _between(b, *_SKIN_B)),
        _looked_up(lightness, [0] * _LEAST_SKIN_LIGHTNESS + [255] * (256 - _LEAST_SKIN_LIGHTNESS)),
    )
    strong = ImageChops.lighter(_far_from_grey(a), _far_from_grey(b))
    seen = glance.getchannel("A")
    parts = (
        (_EDGE_WEIGHT, _edges(lightness)),
        (_SKIN_WEIGHT, ImageChops.darker(skin, seen)),
        (_COLOUR_WEIGHT, ImageChops.darker(strong, seen)),
    )
    weighted = ([weight * value for value in part.tobytes()] for weight, part in parts)
    return [sum(values) for values in zip(*weighted, strict=True)]


def _edges(lightness: Image.Image) -> Image.Image:
    """Return how steeply each pixel rises or falls, across and down, by Sobel's operator."""
    slopes = (
        lightness.filter(ImageFilter.Kernel((3, 3), [sign * value for value in kernel], scale=2))
        for kernel in _SOBEL
        for sign in (1, -1)  # a filter's result below 0 is 0
    )
    steepness = functools.reduce(ImageChops.add, slopes)
    edges = Image.new("L", lightness.size)  # a filter leaves the outermost pixels as they are
    if min(lightness.size) > 2:
        inner = (1, 1, lightness.width - 1, lightness.height - 1)
        edges.paste(_looked_up(steepness.crop(inner), _edge_strengths()), inner[:2])
    return edges


def _edge_strengths() -> list[int]:
    return [value if value >= _LEAST_EDGE else 0 for value in range(256)]


def _between(channel: Image.Image, lowest: int, highest: int) -> Image.Image:
    return _looked_up(channel, [255 if lowest <= value <= highest else 0 for value in _SIGNED])


def _far_from_grey(channel: Image.Image) -> Image.Image:
    return _looked_up(channel, [255 if abs(value) >= _STRONG_COLOUR else 0 for value in _SIGNED])


def _looked_up(channel: Image.Image, table: list[int]) -> Image.Image:
    return channel.point(table)  # pyright: ignore[reportUnknownMemberType] # names numpy types


def _best(profile: Sequence[int], share: float) -> float:
    """Return where a window over the profile has most, what is in its middle counting most.

    Of equal places it is the one nearest to the middle of the picture.
    """
    length = max(1, round(len(profile) * share))
    free = len(profile) - length
    if free <= 0:
        return 0.5
    weights = [(index + 1) * (length - index) for index in range(length)]
    best, most = free / 2, 0
    for start in sorted(range(free + 1), key=lambda start: abs(2 * start - free)):
        found = sum(
            weight * value
            for weight, value in zip(weights, profile[start : start + length], strict=True)
        )
        if found > most:
            best, most = start, found
    return best / free
