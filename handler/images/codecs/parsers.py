"""Opening of images with exactly the parser of their format.

`PIL.Image.open` imports all 40 parsers of Pillow when no loaded one accepts a file.
"""

from collections.abc import Iterable
from importlib import import_module
from io import BytesIO
from typing import IO

from PIL import Image, UnidentifiedImageError

from handler.images.codecs.decode_errors import DecodeError, call_decoder

_MODULES = {
    "WEBP": "PIL.WebPImagePlugin",
    "AVIF": "PIL.AvifImagePlugin",
    "TIFF": "handler.images.codecs.tiff.plugin",
    "PNG": "handler.images.codecs.png_plugin",
    "BMP": "handler.images.codecs.bmp_plugin",
    "JPEG2000": "PIL.Jpeg2KImagePlugin",
    "HEIC": "pi_heif.HeifImagePlugin",
}
"""Modules that register the parser of a format. Pillow loads JPEG and GIF by default.
pi-heif decodes with libheif and libde265, both LGPL, and has no encoder.
"""

_PILLOW_NAMES = {
    "HEIC": "HEIF",
    "PNG": "PNG with exact transparency",
    "TIFF": "TIFF of any layout",
    "BMP": "BMP of any layout",
}
"""Pillow's names of formats, where they differ from `handler.images.input_formats.READABLE`."""


def load_parsers(source_formats: Iterable[str]) -> None:
    """Import the parsers before forking, so that all child processes share them."""
    Image.preinit()
    for source_format in source_formats:
        load_parser(source_format)


def load_parser(source_format: str) -> None:
    """Import the parser of a format, and its encoder if Pillow has one."""
    if source_format in _MODULES:
        import_module(_MODULES[source_format])


def open_image(data: bytes | IO[bytes], source_format: str) -> Image.Image:
    """Read the header with the parser of the format.

    Args:
        data: The file.
        source_format: One of `handler.images.input_formats.READABLE`.

    Raises:
        DecodeError: If the parser does not recognise the file, or cannot read the header.
    """
    load_parser(source_format)
    file = BytesIO(data) if isinstance(data, bytes) else data
    formats = (_PILLOW_NAMES.get(source_format, source_format),)
    try:
        return call_decoder(Image.open, file, formats=formats)
    except DecodeError as error:
        if not isinstance(error.__cause__, UnidentifiedImageError):
            raise
        raise DecodeError(
            f"the file starts like a {source_format}, but its header is broken"
        ) from None
