"""What libvips makes of a file: another decoder than Pillow, from the lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import pyvips
from PIL import Image


@dataclass(frozen=True, kw_only=True)
class Moving:
    """An animation as it is shown."""

    frames: Sequence[Image.Image]
    """Of mode RGBA, each composed with those before it."""
    durations_ms: Sequence[int]
    loop_count: int
    """0 is without end."""


def opened(data: bytes, options: str = "") -> pyvips.Image:
    """Return a lazy image that fails on anything that the decoder complains of."""
    return pyvips.Image.new_from_buffer(data, options, fail_on="warning")


def pixels(data: bytes) -> Image.Image:
    """Decode the first frame: upright, in sRGB, of mode RGBA."""
    return _rgba(opened(data).autorot())


def moving(data: bytes) -> Moving:
    """Decode an animation."""
    strip = opened(data, "n=-1")
    told = cast("Any", strip)
    height: int = told.get("page-height")
    return Moving(
        frames=[
            _rgba(strip.crop(0, top, strip.width, height)) for top in range(0, strip.height, height)
        ],
        durations_ms=told.get("delay"),
        loop_count=told.get("loop"),
    )


def vips_image(image: Image.Image) -> pyvips.Image:
    """Hand pixels of mode RGB to libvips."""
    return pyvips.Image.new_from_memory(
        image.tobytes(), image.width, image.height, len(image.getbands()), "uchar"
    ).copy(interpretation="srgb")


def _rgba(image: pyvips.Image) -> Image.Image:
    colours = image.colourspace("srgb")
    whole = colours if colours.hasalpha() else colours.bandjoin(255)
    data = whole.cast("uchar").write_to_memory()
    return Image.frombytes("RGBA", (whole.width, whole.height), data)
