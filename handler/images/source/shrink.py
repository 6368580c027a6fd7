"""Shrink-on-load of JPEGs: libjpeg can decode at a fraction of the size, if variants allow it."""

import math
from collections.abc import Callable

from PIL import Image

from handler.images.codecs.decode_errors import call_decoder
from handler.images.geometry import Size
from handler.images.metadata.exif import is_sideways, orientation, read_exif

_HEADROOM = 2
"""Factor by which more than needed is decoded, so that Lanczos determines the final quality."""

_LEAST_PIXELS = 256
"""Minimum of the shorter side; hashes and colours are computed from half of that."""


def shrink_on_load(image: Image.Image, scale_needed: Callable[[Size], float]) -> Size:
    """Decode a JPEG at 1/2, 1/4 or 1/8 of its size, if that is enough for its variants.

    Args:
        image: A JPEG that is opened but not loaded.
        scale_needed: Returns the largest scale at which a picture of a given size is used, 1 for
            full size.

    Returns:
        The displayed size of the whole picture, in pixels.

    Raises:
        DecodeError: If it cannot be read.
    """
    size = image.size
    if is_sideways(orientation(read_exif(image))):
        size = (image.height, image.width)
    share = max(_HEADROOM * scale_needed(size), _LEAST_PIXELS / min(size))
    if share < 1:
        least = math.ceil(image.width * share), math.ceil(image.height * share)
        call_decoder(image.draft, None, least)
    return size
