"""Decoding with libvips, which shares no code with Pillow. Its version is in the lock file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import pyvips
from PIL import Image


@dataclass(frozen=True, kw_only=True)
class Moving:
    """An animation as displayed."""

    frames: Sequence[Image.Image]
    """Composed frames in mode RGBA."""
    durations_ms: Sequence[int]
    loop_count: int
    """0 for endless."""


def opened(data: bytes, options: str = "") -> pyvips.Image:
    """Return a lazy image that fails on any warning of the decoder."""
    return pyvips.Image.new_from_buffer(data, options, fail_on="warning")


def pixels(data: bytes) -> Image.Image:
    """Decode the first frame: upright, in sRGB, in mode RGBA."""
    return _rgba(opened(data).autorot())


def moving(data: bytes) -> Moving:
    """Decode an animation."""
    strip = opened(data, "n=-1")
    untyped = cast("Any", strip)
    height: int = untyped.get("page-height")
    return Moving(
        frames=[
            _rgba(strip.crop(0, top, strip.width, height)) for top in range(0, strip.height, height)
        ],
        durations_ms=untyped.get("delay"),
        loop_count=untyped.get("loop"),
    )


def vips_image(image: Image.Image) -> pyvips.Image:
    """Convert pixels in mode RGB to an image of libvips."""
    return pyvips.Image.new_from_memory(
        image.tobytes(), image.width, image.height, len(image.getbands()), "uchar"
    ).copy(interpretation="srgb")


def _rgba(image: pyvips.Image) -> Image.Image:
    colours = image.colourspace("srgb")
    whole = colours if colours.hasalpha() else colours.bandjoin(255)
    data = whole.cast("uchar").write_to_memory()
    return Image.frombytes("RGBA", (whole.width, whole.height), data)
