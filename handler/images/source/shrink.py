"""Decodes no more of a JPEG than its variants need: libjpeg can leave out what is too fine."""

import math
from collections.abc import Callable

from PIL import Image

from handler.images.metadata.exif import orientation, read_exif
from handler.images.render.geometry import Size
from handler.images.source.decode_errors import call_decoder

_SIDEWAYS = (5, 6, 7, 8)
"""Orientations by which width and height change places; Exif 3.0, tag Orientation."""

_HEADROOM = 2
"""Twice of what is needed is kept, so that Lanczos has the last word on what variants look like."""

_LEAST_PIXELS = 256
"""Of the shorter side; hashes and colours are told from half of that."""


def shrink_on_load(image: Image.Image, scale_needed: Callable[[Size], float]) -> Size:
    """Have a JPEG decoded at a half, a quarter or an eighth of its size, if that is enough.

    Args:
        image: A JPEG that is opened and not loaded yet.
        scale_needed: Says for the size of a picture how much of it will be used, 1 for all pixels.

    Returns:
        The size as displayed of the whole picture, in pixels.

    Raises:
        DecodeError: If it cannot be read.
    """
    is_sideways = orientation(read_exif(image)) in _SIDEWAYS
    size = (image.height, image.width) if is_sideways else (image.width, image.height)
    share = max(_HEADROOM * scale_needed(size), _LEAST_PIXELS / min(size))
    if share < 1:
        least = math.ceil(image.width * share), math.ceil(image.height * share)
        call_decoder(image.draft, None, least)
    return size
