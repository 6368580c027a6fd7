"""Reading of gain maps, which make highlights brighter where a display can show that."""

import math
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image

from handler.images.codecs.decode_errors import call_decoder, refusing_bombs
from handler.images.codecs.parsers import open_image
from handler.images.geometry import Size
from handler.images.metadata.exif import is_sideways
from handler.images.metadata.gain_map_terms import GainMapTerms, read_terms
from handler.images.metadata.multi_picture import appended_pictures
from handler.images.source.upright import upright
from handler.model.errors import Rejected

_SCAN = b"\xff\xda"
_MAX_SCANS = 64
"""Encoders write one scan, or about ten if progressive; each takes a pass over all pixels."""
_HEADROOM = 2
"""Factor by which more than needed is decoded, as of the picture."""


@dataclass(frozen=True, kw_only=True)
class GainMap:
    """A gain map: for each part of a picture, how much brighter it can be shown."""

    pixels: Image.Image
    """Upright; mode L or RGB. Its size is independent of the picture's."""
    width: int
    """Displayed width as stored, in pixels. `pixels` may be smaller."""
    terms: GainMapTerms


def read_gain_map(data: bytes, size: Size, turned: int, scale_needed: float) -> GainMap | None:
    """Return the gain map of a JPEG, in Ultra HDR or ISO 21496-1; None if it has none that can be
    read. What is wrong with one says nothing about the picture.

    Args:
        data: The whole file.
        size: Displayed size of the picture. A larger gain map is ignored.
        turned: EXIF orientation of the picture, which is that of the gain map, too.
        scale_needed: Largest scale at which it is used, 1 for full size.

    Raises:
        MemoryError: If there is too little memory.
    """
    for picture in appended_pictures(data):
        terms = read_terms(picture)
        if terms is not None:
            with suppress(Rejected), refusing_bombs(math.prod(size)):
                return _decoded(picture, terms, size, turned, scale_needed)
            return None  # at most one is decoded
    return None


def _decoded(
    picture: bytes, terms: GainMapTerms, size: Size, turned: int, scale_needed: float
) -> GainMap | None:
    if picture.count(_SCAN) > _MAX_SCANS:
        return None
    image = open_image(picture, "JPEG")
    stored = image.size[::-1] if is_sideways(turned) else image.size
    if image.mode not in ("L", "RGB") or stored[0] > size[0] or stored[1] > size[1]:
        return None
    share = _HEADROOM * scale_needed
    if share < 1:
        least = math.ceil(image.width * share), math.ceil(image.height * share)
        call_decoder(image.draft, None, least)
    call_decoder(image.load)
    # Without `info`, which has all metadata of the file.
    pixels = Image.new(image.mode, image.size)
    pixels.paste(image)
    return GainMap(pixels=upright(pixels, turned), width=stored[0], terms=terms)
