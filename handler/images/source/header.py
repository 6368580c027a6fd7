"""From the header of an upload to what it tells, without its pixels. Pure."""

from io import BytesIO
from typing import IO, cast

from handler.config.limits import check_source_pixels
from handler.images.metadata.capture import without_place
from handler.images.metadata.describe import exif_details, file_details
from handler.images.metadata.exif import clean_exif, orientation, read_exif
from handler.images.policy import ImagePolicy
from handler.images.source.animation import frame_count
from handler.images.source.byte_ranges import ByteRanges, NeedBytes, PartialFile, Span
from handler.images.source.containers import know_heif, know_webp, png_without_pixels
from handler.images.source.decode_errors import CallbackDefect, refusing_bombs
from handler.images.source.depth import has_transparency
from handler.images.source.formats import accepted_format
from handler.images.source.parsers import open_image
from handler.model.facts import ImageFacts

LEFT_OUT = (
    *("average_colour", "dominant_colours", "thumbhash", "difference_hash"),
    *("sha256", "duration_ms", "damaged"),
)
"""What only the pixels, or all bytes, can tell; and `frames` of a GIF."""

_START_BYTES = 100
_SIDEWAYS = (5, 6, 7, 8)
"""Orientations by which width and height change places; Exif 3.0, tag Orientation."""


def read_header(parts: ByteRanges, *, max_pixels: int, policy: ImagePolicy) -> ImageFacts | Span:
    """Return what is known of an image without its pixels, or which bytes have to be known first.

    Args:
        parts: What is known of the file so far.
        max_pixels: See `handler.images.source.decode.decode`.
        terms: What is taken, and what is kept of it.

    Raises:
        Rejected: As far as the header tells: with `not-an-image`, `unsupported-format`,
            `too-many-pixels` or `damaged`.
    """
    try:
        return _facts(parts, max_pixels, policy)
    except NeedBytes as missing:
        return missing.span
    except CallbackDefect as defect:
        raise defect.error from defect


def _facts(parts: ByteRanges, max_pixels: int, policy: ImagePolicy) -> ImageFacts:
    start = parts.read(0, _START_BYTES)
    source_format = accepted_format(start, policy.input_formats)
    with refusing_bombs(max_pixels):
        image = open_image(_file(parts, source_format), source_format)
        check_source_pixels(image.width, image.height, max_pixels, policy.max_side_pixels)
        raw_exif = read_exif(image)
        exif = clean_exif(raw_exif)
        details = {
            **file_details(image, start, source_format),
            **exif_details(image, exif, policy.gps),
            "frames": None if source_format == "GIF" else frame_count(image, source_format),
            "has_alpha": has_transparency(image),
        }
    width, height = image.size
    if source_format == "TIFF" and orientation(raw_exif) != 1:  # Pillow has turned it
        exif.pop("Orientation")
    elif orientation(raw_exif) in _SIDEWAYS:
        width, height = height, width
    return ImageFacts(
        format=source_format,
        width=width,
        height=height,
        mode=image.mode,
        exif=without_place(exif, policy.gps),
        details={name: value for name, value in details.items() if value is not None},
    )


def _file(parts: ByteRanges, source_format: str) -> IO[bytes]:
    """Return what a parser can open: some want all bytes, and do not look at those of pixels."""
    match source_format:
        case "PNG":
            return BytesIO(png_without_pixels(parts))
        case "WEBP":
            know_webp(parts)
            return BytesIO(parts.filled())
        case "AVIF" | "HEIC":
            know_heif(parts)
            return BytesIO(parts.filled())
        case _:
            return cast("IO[bytes]", PartialFile(parts))
