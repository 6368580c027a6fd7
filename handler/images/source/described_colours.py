"""Profile of a file that has none embedded, but describes its colours otherwise."""

from collections.abc import Mapping
from typing import cast

from PIL import Image

from handler.images.source.heif_properties import coded_colours, primary_properties
from handler.images.source.implied_profile import adobe_rgb, coded_profile, measured_profile
from handler.images.source.png_chunks import find_chunk
from handler.model.facts import ExifValue

_ADOBE_RGB_INDEX = "R03"
"""Interoperability index of Adobe RGB: DCF 2.0 (CIPA DC-009-2010), section 4.6.2."""
_UNCALIBRATED = 65_535
_ADOBE_RGB_SPACE = 2
"""Values of the tag ColorSpace: Exif 3.0; 2 is written by some cameras for Adobe RGB."""


def described_profile(
    image: Image.Image, data: bytes, source_format: str, exif: Mapping[str, ExifValue]
) -> bytes | None:
    """Return the profile that replaces an embedded one or the lack of one; None for what the file
    embeds, and sRGB if it embeds none.

    Args:
        image: Opened; its `info` holds the facts that Pillow reads.
        data: The whole file.
        source_format: One of `handler.images.input_formats.READABLE`.
        exif: Clean values by tag name.
    """
    has_profile = bool(image.info.get("icc_profile"))
    match source_format:
        case "PNG":
            return _of_png(image, data, has_profile=has_profile)
        case "AVIF" | "HEIC" if not has_profile:
            codes = coded_colours(primary_properties(data))
            return codes and coded_profile(*codes)
        case "JPEG" | "TIFF" | "WEBP" if not has_profile:
            return adobe_rgb() if _is_adobe_rgb(exif) else None
        case _:
            return None


def _of_png(image: Image.Image, data: bytes, *, has_profile: bool) -> bytes | None:
    """Return the profile of the chunk with the highest precedence:
    https://www.w3.org/TR/png-3/#color-chunk-precendence
    """
    codes = find_chunk(data, b"cICP")
    if codes is not None:
        return coded_profile(codes[0], codes[1])
    gamma: object = image.info.get("gamma")
    if has_profile or "srgb" in image.info or not isinstance(gamma, float):
        return None
    chromaticity = cast("tuple[float, ...] | None", image.info.get("chromaticity"))
    return measured_profile(
        round(gamma * 100_000),
        chromaticity and tuple(round(value * 100_000) for value in chromaticity),
    )


def _is_adobe_rgb(exif: Mapping[str, ExifValue]) -> bool:
    space, index = exif.get("ColorSpace"), exif.get("InteropIndex")
    return space == _ADOBE_RGB_SPACE or (
        space in (None, _UNCALIBRATED) and index == _ADOBE_RGB_INDEX
    )
