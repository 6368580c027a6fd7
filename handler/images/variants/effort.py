"""Estimated cost of rendering a variant, measured with Pillow 13 on 12-megapixel photographs.

The estimates affect only the order and parallelism of rendering, never the result.
"""

from dataclasses import dataclass

from handler.images.geometry import Size
from handler.images.variants.output_formats import FORMATS, ImageFormat
from handler.images.variants.variant import Variant

_LOSSLESS_SECONDS_PER_MEGAPIXEL = 0.7
_ENCODINGS_WITHIN_BYTES = 8
"""Most encodings of `handler.images.render.encode.search_quality`."""

_HEAVY_BYTES_PER_PIXEL = 36
"""Memory for WebP that is lossless or has transparency."""
_COPY_BYTES_PER_PIXEL = 4
"""Pillow stores RGB in four bytes, like RGBA."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Estimated cost of rendering a variant."""

    seconds: float
    """Processor time."""
    memory_bytes: int
    """Memory in addition to the decoded upload."""


def effort(variant: Variant, size: Size, *, has_alpha: bool, frames: int = 1) -> Effort:
    """Estimate the cost of rendering a variant.

    Args:
        variant: The variant.
        size: Size of the result, in pixels.
        has_alpha: Whether the upload has transparency.
        frames: Number of frames of the result.
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
