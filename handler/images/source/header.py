"""Read the header of an upload into facts, without its pixels. Pure."""

from io import BytesIO
from typing import IO, cast

from handler.images.codecs.decode_errors import CallbackDefect, refusing_bombs
from handler.images.codecs.parsers import open_image
from handler.images.geometry import Size
from handler.images.input_formats import accepted_format
from handler.images.metadata.capture import without_place
from handler.images.metadata.exif import clean_exif, is_sideways, orientation, read_exif
from handler.images.policy import ImagePolicy
from handler.images.raw_cameras import refuse_raw
from handler.images.source.animation import declared_frames
from handler.images.source.containers import (
    png_without_pixels,
    read_heif_metadata,
    read_webp_metadata,
)
from handler.images.source.depth import has_transparency
from handler.images.source.describe import exif_details, file_details
from handler.images.source.heif_properties import shown_part
from handler.images.source.partial_file import PartialFile
from handler.images.source.png_cleaning import clean_png
from handler.model.byte_ranges import ByteRanges, NeedBytes, Span
from handler.model.facts import ImageFacts
from handler.model.limits import check_source_pixels

LEFT_OUT = (
    *("average_colour", "dominant_colours", "thumbhash", "difference_hash"),
    *("sha256", "duration_ms", "damaged", "damage", "gain_map"),
)
"""Details that need the pixels or all bytes; so does `frames` of a GIF."""

_START_BYTES = 100


def read_header(parts: ByteRanges, *, max_pixels: int, policy: ImagePolicy) -> ImageFacts | Span:
    """Return the facts in the header of an image, or the next byte range that is needed.

    Args:
        parts: The byte ranges of the file that are known so far.
        max_pixels: See `handler.images.source.decode.decode`.
        policy: Which uploads are accepted, and which metadata are recorded.

    Raises:
        Rejected: With `not-an-image`, `unsupported-format`, `too-many-pixels` or `damaged`, as far
            as the header shows it.
    """
    try:
        return _facts(parts, max_pixels, policy)
    except NeedBytes as missing:
        return missing.span
    except CallbackDefect as defect:
        raise defect.error from defect


def _facts(parts: ByteRanges, max_pixels: int, policy: ImagePolicy) -> ImageFacts:
    start = parts.read(0, _START_BYTES)
    refuse_raw(parts.read)
    source_format = accepted_format(start, policy.input_formats)
    with refusing_bombs(max_pixels):
        image = open_image(_file(parts, source_format), source_format)
        check_source_pixels(image.width, image.height, max_pixels, policy.max_side_pixels)
        raw_exif = read_exif(image)
        exif = clean_exif(raw_exif)
        details = {
            **file_details(image, start, source_format),
            **exif_details(image, exif, policy.gps),
            "frames": None if source_format == "GIF" else declared_frames(image, source_format),
            "has_alpha": has_transparency(image),
        }
    width, height = _shown_size(parts, source_format, image.size)
    if source_format == "TIFF" and orientation(raw_exif) != 1:  # Pillow reports the upright size
        exif.pop("Orientation")
    elif is_sideways(orientation(raw_exif)):
        width, height = height, width
    return ImageFacts(
        format=source_format,
        width=width,
        height=height,
        mode=image.mode,
        exif=without_place(exif, policy.gps),
        details={name: value for name, value in details.items() if value is not None},
    )


def _shown_size(parts: ByteRanges, source_format: str, size: Size) -> Size:
    part = shown_part(parts.filled(), source_format, size) if source_format == "AVIF" else None
    return (part[2] - part[0], part[3] - part[1]) if part else size


def _file(parts: ByteRanges, source_format: str) -> IO[bytes]:
    """Return a file for a parser. Some parsers need a file of full size, with any pixel data."""
    match source_format:
        case "PNG":
            return BytesIO(clean_png(png_without_pixels(parts)).data)
        case "WEBP":
            read_webp_metadata(parts)
            return BytesIO(parts.filled())
        case "AVIF" | "HEIC":
            read_heif_metadata(parts)
            return BytesIO(parts.filled())
        case _:
            return cast("IO[bytes]", PartialFile(parts))
