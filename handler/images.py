"""From the bytes of an upload to upright sRGB pixels. Pure; nothing of Pillow's globals is changed.

Nothing is decoded before format and size, as the header declares them, are accepted.

A file that Pillow cannot decode to its end is rejected as damaged, and so is a PNG with a wrong
checksum. A JPEG whose data are corrupt but complete decodes with visible damage: libjpeg only warns
of it, and Pillow does not pass that on.
"""

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from PIL import WebPImagePlugin as WebPImagePlugin  # or Pillow imports all its parsers to find it

from handler.colour import to_srgb
from handler.errors import PARSER_ERRORS, Reason, Rejected
from handler.formats import accepted_format
from handler.limits import check_source_pixels
from handler.metadata import ExifValue, clean_exif, orientation, printable, read_exif

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation but 1, which is upright; Exif 3.0, tag Orientation."""

_PNG_BIT_DEPTH_OFFSET = 24
"""Offset of the bit depth in a PNG: https://www.w3.org/TR/png-3/#11IHDR"""

_MAX_DETAIL_BYTES = 200


@dataclass(frozen=True, kw_only=True)
class SourceImage:
    """A decoded upload.

    Attributes:
        pixels: Upright, sRGB, without metadata; mode L, LA, RGB or RGBA. Of an animation, the
            first frame.
        format: JPEG, PNG, WEBP or GIF. A JPEG with further pictures in it (MPO) is a JPEG.
        mode: Pillow's name of the mode that the file holds, such as CMYK or I;16.
        exif: Clean values by tag name.
    """

    pixels: Image.Image
    format: str
    mode: str
    exif: dict[str, ExifValue]

    @property
    def width(self) -> int:
        """Width as displayed, in pixels."""
        return self.pixels.width

    @property
    def height(self) -> int:
        """Height as displayed, in pixels."""
        return self.pixels.height


def decode(data: bytes, max_pixels: int) -> SourceImage:
    """Decode the bytes of an upload.

    Raises:
        Rejected: With `not-an-image`, `unsupported-format`, `too-many-pixels` or `damaged`.
    """
    source_format = accepted_format(data)
    with _judging(max_pixels):
        image = _open(data, source_format)
        check_source_pixels(image.width, image.height, max_pixels)
        if source_format == "PNG":
            image.verify()
            image = _open(data, source_format)
        mode = image.mode
        image.load()
        exif = read_exif(image)
        pixels = to_srgb(image, sample_bits=_sample_bits(data, source_format))
        turn = _UPRIGHT.get(orientation(exif))
        return SourceImage(
            pixels=pixels if turn is None else pixels.transpose(turn),
            format=source_format,
            mode=mode,
            exif=clean_exif(exif),
        )


def _open(data: bytes, source_format: str) -> Image.Image:
    """Read the header, with the one parser that the first bytes call for."""
    try:
        return Image.open(BytesIO(data), formats=(source_format,))
    except UnidentifiedImageError:
        raise Rejected(
            Reason.DAMAGED,
            f"the bytes start as those of a {source_format}, but its header is broken",
        ) from None


def _sample_bits(data: bytes, source_format: str) -> int:
    return data[_PNG_BIT_DEPTH_OFFSET] if source_format == "PNG" else 8


@contextmanager
def _judging(max_pixels: int) -> Generator[None]:
    """Turn what Pillow raises into a verdict, and keep its warnings about bad files to itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Rejected(
                Reason.TOO_MANY_PIXELS, f"{_said(error)}; at most {max_pixels} are allowed"
            ) from error
        except PARSER_ERRORS as error:
            raise Rejected(
                Reason.DAMAGED, f"the image cannot be decoded: {_said(error)}"
            ) from error


def _said(error: Exception) -> str:
    return printable(f"{type(error).__name__}: {error}", _MAX_DETAIL_BYTES)
