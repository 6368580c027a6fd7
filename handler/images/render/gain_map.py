"""Gain maps of variants: cropped and scaled like the picture, and appended to its JPEG. Pure."""

from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from handler.images.geometry import Layout, Size
from handler.images.metadata.jpeg_segments import with_segments
from handler.images.metadata.multi_picture import joined
from handler.images.render.encode import saved
from handler.images.render.finish import scale
from handler.images.source.gain_map import GainMap
from handler.images.variants.output_formats import ImageFormat

_QUALITY = 90
"""Errors of a gain map are amplified: at a gain of 8, a step of its 255 is 0.8 % of brightness."""
_MAX_ASPECT_ERROR = 0.005
"""Readers use one scale for both sides, and libultrahdr ignores a gain map whose proportions differ
from the picture's by more than 1 %."""


def gain_map_appender(
    gain_map: GainMap, layout: Layout, source_size: Size
) -> Callable[[bytes], bytes]:
    """Return a function that appends a gain map to the JPEG of a variant.

    Args:
        gain_map: The gain map of the whole picture.
        layout: Crop and size of the variant, which has no canvas around it.
        source_size: Size of the upload, which the layout refers to.
    """
    size = _size(layout, gain_map.width / source_size[0])
    pixels = scale(gain_map.pixels, replace(layout, size=size, canvas=size), source_size)
    appended = with_segments(_encoded(pixels), gain_map.terms.segments)
    announced = gain_map.terms.segments_of_first(len(appended))
    return lambda picture: joined(with_segments(picture, announced), appended)


def _size(layout: Layout, ratio: float) -> Size:
    """Return the size closest to the ratio, or the next one in the proportions of the variant, and
    no larger than the crop or the variant.
    """
    left, _, right, _ = layout.crop
    width, height = layout.size
    most = min(width, max(1, round((right - left) * ratio)))
    least = min(most, max(1, round(width * ratio)))
    sizes = [(each, max(1, round(each * height / width))) for each in range(least, most + 1)]

    def aspect_error(size: Size) -> float:
        return abs(size[0] * height / (size[1] * width) - 1)

    fitting = (size for size in sizes if aspect_error(size) <= _MAX_ASPECT_ERROR)
    return next(fitting, None) or min(sizes, key=aspect_error)


def _encoded(pixels: Image.Image) -> bytes:
    # `Image.save` stores its options in the image, which other threads may use.
    options = {"subsampling": "4:4:4", "optimize": True}
    return saved(pixels.copy(), ImageFormat.JPEG, _QUALITY, options)
