"""What a variant costs to make, as measured with Pillow 13 on 12-megapixel photographs.

Estimates: they decide what comes first and what goes side by side, never what comes out.
"""

from dataclasses import dataclass

from handler.images.render.geometry import Size
from handler.images.variants.output_formats import FORMATS, ImageFormat
from handler.images.variants.variant import Variant

_LOSSLESS_SECONDS_PER_MEGAPIXEL = 0.7
_ENCODINGS_WITHIN_BYTES = 8
"""Of `handler.images.render.encode.within`."""

_HEAVY_BYTES_PER_PIXEL = 36
"""Of WebP that is lossless, or has transparency."""
_COPY_BYTES_PER_PIXEL = 4
"""Pillow keeps RGB in as much as RGBA."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What it takes.

    Attributes:
        seconds: Of a processor.
        memory_bytes: Beside the decoded upload.
    """

    seconds: float
    memory_bytes: int


def effort(variant: Variant, size: Size, *, has_alpha: bool, frames: int = 1) -> Effort:
    """Estimate what a variant costs.

    Args:
        variant: What is made.
        size: Of what comes out, in pixels.
        has_alpha: Whether the upload is transparent anywhere.
        frames: How many come out.
    """
    pixels = size[0] * size[1] * frames
    output_format = FORMATS[variant.format]
    seconds = output_format.seconds_per_megapixel
    encoder_bytes = output_format.bytes_per_pixel
    if variant.lossless:
        seconds = _LOSSLESS_SECONDS_PER_MEGAPIXEL
    if variant.format is ImageFormat.WEBP and (variant.lossless or has_alpha):
        encoder_bytes = _HEAVY_BYTES_PER_PIXEL
    if variant.max_bytes is not None:
        seconds *= _ENCODINGS_WITHIN_BYTES
    return Effort(
        seconds=seconds * pixels / 1e6,
        memory_bytes=(encoder_bytes + _COPY_BYTES_PER_PIXEL) * pixels,
    )
