"""Which parser reads a format. Only those that are needed are loaded.

`PIL.Image.open` imports all 40 of Pillow's parsers when it meets a format it has none for yet.
"""

from collections.abc import Iterable
from importlib import import_module
from io import BytesIO
from typing import IO

from PIL import Image, UnidentifiedImageError

from handler.images.source.decode_errors import DecodeError, call_decoder
from handler.model.errors import Reason, Rejected

_MODULES = {
    "WEBP": "PIL.WebPImagePlugin",
    "AVIF": "PIL.AvifImagePlugin",
    "TIFF": "PIL.TiffImagePlugin",
    "JPEG2000": "PIL.Jpeg2KImagePlugin",
    "HEIC": "pi_heif.HeifImagePlugin",
}
"""Where the parser of a format registers itself, but for JPEG, PNG, GIF and BMP, which Pillow loads
of itself. pi-heif decodes with libheif and libde265, both LGPL, and has no encoder.
"""

_PILLOW_NAMES = {"HEIC": "HEIF"}
"""Where Pillow has another name for a format of `handler.images.source.formats.READABLE`."""


def load_parsers(source_formats: Iterable[str]) -> None:
    """Import beforehand what many processes will share."""
    Image.preinit()
    for source_format in source_formats:
        load_parser(source_format)


def load_parser(source_format: str) -> None:
    """Import what reads a format, and what writes it if Pillow does."""
    if source_format in _MODULES:
        import_module(_MODULES[source_format])


def open_image(data: bytes | IO[bytes], source_format: str) -> Image.Image:
    """Read the header, with the one parser that the first bytes call for.

    Args:
        data: The file.
        source_format: One of `handler.images.source.formats.READABLE`.

    Raises:
        Rejected: With `damaged`, if the parser does not know the file as its own.
        DecodeError: If it does, and cannot read its header.
    """
    load_parser(source_format)
    file = BytesIO(data) if isinstance(data, bytes) else data
    formats = (_PILLOW_NAMES.get(source_format, source_format),)
    try:
        return call_decoder(Image.open, file, formats=formats)
    except DecodeError as error:
        if not isinstance(error.__cause__, UnidentifiedImageError):
            raise
        raise Rejected(
            Reason.DAMAGED,
            f"the bytes start as those of a {source_format}, but its header is broken",
        ) from None
