"""Encoder of PNG: https://www.w3.org/TR/png-3/

Pillow's encoder tries five filters for each row and compresses with zlib. One filter, chosen on a
sample, and libdeflate make files as small in a fifth of the time.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO

from PIL import Image

from handler.images.codecs.encode_errors import call_encoder
from handler.images.codecs.parsers import load_parser
from handler.images.render.deflate_stream import Stream
from handler.images.render.png_forms import Channels, Form, forms_of, reduced
from handler.images.render.png_plan import GRAPHIC_SHARE, compressed, plan

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES: Mapping[str, int] = {"L": 0, "RGB": 2, "P": 3, "LA": 4, "RGBA": 6}
_BIT_DEPTH = 8

PILLOW_LEVEL = 6
"""Level of zlib for Pillow's encoder: 3 s for 12 megapixels; `optimize` 10 s to save 4 %."""

_TINY_PIXELS = 65_536
"""Up to here, Pillow's encoder costs little, and is sometimes better by some per cent."""
_UNLIKE_PHOTOGRAPHS_PIXELS = 1_048_576
"""So is it for larger graphics, and for transparency."""

_EXIF_PREFIX = b"Exif\0\0"
"""Precedes EXIF in a JPEG, and in Pillow, but not in a PNG."""


def png(image: Image.Image, exif: bytes = b"") -> bytes:
    """Return a file of exactly these pixels.

    Args:
        image: Mode L, LA, RGB or RGBA.
        exif: The only metadata of the file.
    """
    pixels = image.width * image.height
    image = call_encoder(pixels, reduced, image)
    own = call_encoder(pixels, _own, image, exif)
    is_graphic = len(own) * GRAPHIC_SHARE < pixels * len(image.getbands())
    is_photograph = not is_graphic and image.mode in ("L", "RGB")
    if pixels > (_TINY_PIXELS if is_photograph else _UNLIKE_PHOTOGRAPHS_PIXELS):
        return own
    return min(own, _by_pillow(image, exif), key=len)


def _own(image: Image.Image, exif: bytes) -> bytes:
    chosen = min(map(plan, forms_of(image)), key=lambda found: found.estimated_bytes)
    return _file(chosen.form, exif, compressed(chosen))


def _by_pillow(image: Image.Image, exif: bytes) -> bytes:
    output = BytesIO()
    load_parser("PNG")  # registers the encoder, too
    options = {"exif": exif} if exif else {}
    call_encoder(
        image.width * image.height,
        image.save,
        output,
        "PNG",
        compress_level=PILLOW_LEVEL,
        **options,
    )
    return output.getvalue()


def _file(form: Form, exif: bytes, stream: Stream) -> bytes:
    header = struct.pack(
        ">IIBBBBB", *form.image.size, _BIT_DEPTH, _COLOUR_TYPES[form.mode], 0, 0, 0
    )
    parts = [
        _SIGNATURE,
        *_chunk(b"IHDR", header),
        *_palette_chunks(form.palette),
        *(_chunk(b"eXIf", exif.removeprefix(_EXIF_PREFIX)) if exif else ()),
        *_chunk(b"IDAT", stream),
        *_chunk(b"IEND", b""),
    ]
    return b"".join(parts)


def _palette_chunks(palette: Sequence[Channels]) -> Iterator[Stream]:
    if not palette:
        return
    yield from _chunk(b"PLTE", b"".join(bytes(colour[:3]) for colour in palette))
    transparent = bytes(alpha for *_, alpha in palette if alpha < 255)
    if transparent:
        yield from _chunk(b"tRNS", transparent)


def _chunk(name: bytes, body: Stream) -> tuple[Stream, ...]:
    check = zlib.crc32(body, zlib.crc32(name))
    return struct.pack(">I", len(body)), name, body, struct.pack(">I", check)
