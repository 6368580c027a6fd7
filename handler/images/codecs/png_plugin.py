"""Pillow's parser of PNG, with exact transparency where a colour of 16 bits is transparent."""

from functools import reduce
from io import BytesIO
from typing import IO, Any, cast

from PIL import Image, ImageChops, PngImagePlugin

from handler.images.codecs.decode_errors import called_by_decoder

NAME = "PNG with exact transparency"
"""Name of this parser in Pillow's list."""

MAX_PNG_PROFILE_BYTES = 8 * 1_024 * 1_024
"""Larger profiles, after decompression, are ignored; those in use have at most 3 MB. Pillow's limit
of 1 MiB is that of texts, which `handler.images.source.png_cleaning` keeps."""

_HIGH_BYTES, _LOW_BYTES = "RGB;16B", "RGB;16L"
"""Pillow's raw modes for 16 bits, which drop the other byte. PNG is big-endian, so the second one
returns the low bytes."""


class PngFile(PngImagePlugin.PngImageFile):
    """A PNG. Pillow matches the transparent colour of 16 bits by its high bytes only."""

    def load(self) -> Any:
        """Decode the pixels."""
        transparent: object = self.info.get("transparency")
        is_wide = bool(self.tile) and _HIGH_BYTES in str(self.tile[0].args)
        if not (is_wide and isinstance(transparent, tuple)) or getattr(self, "n_frames", 1) > 1:
            return super().load()
        colour = cast("tuple[int, ...]", transparent)
        file = cast("IO[bytes]", self.fp)
        place = file.tell()
        file.seek(0)
        low = _with_low_bytes(file.read())
        file.seek(place)
        super().load()
        del self.info["transparency"]
        with called_by_decoder():
            opaque = _opacity(self, low, colour)
        self.putalpha(opaque)
        return super().load()


def _opacity(high: Image.Image, low: Image.Image, colour: tuple[int, ...]) -> Image.Image:
    """Return 0 where all bytes of a colour match, and 255 elsewhere."""
    differences = [
        _differences(band, sample >> shift & 255)
        for image, shift in ((high, 8), (low, 0))
        for band, sample in zip(image.split(), colour, strict=False)
    ]
    return reduce(ImageChops.lighter, differences)


def _with_low_bytes(data: bytes) -> Image.Image:
    image = PngImagePlugin.PngImageFile(BytesIO(data))
    image.tile = [image.tile[0]._replace(args=_LOW_BYTES)]
    image.load()
    return image


def _differences(band: Image.Image, sample: int) -> Image.Image:
    """Return 0 where a band has a value, and 255 elsewhere."""
    table = [0 if value == sample else 255 for value in range(256)]
    return band.point(table)  # pyright: ignore[reportUnknownMemberType] # names numpy types


def _accept(prefix: bytes) -> bool:
    return prefix.startswith(b"\x89PNG\r\n\x1a\n")


PngImagePlugin.MAX_TEXT_CHUNK = MAX_PNG_PROFILE_BYTES
Image.register_open(NAME, PngFile, _accept)
