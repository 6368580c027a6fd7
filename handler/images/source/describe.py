"""Description of an image as JSON values: header facts, captions, and perceptual facts."""

import math
from collections.abc import Mapping
from numbers import Real
from typing import cast

from PIL import Image

from handler.images.codecs.decode_errors import DecodeError, call_decoder
from handler.images.metadata.captions import read_captions
from handler.images.metadata.capture import captured_at, location
from handler.images.metadata.perceptual import (
    average_colour,
    difference_hash,
    dominant_colours,
    downsample,
    thumbhash,
)
from handler.images.policy import GpsPolicy
from handler.images.source.animation import Animation
from handler.images.source.colour import profile_name
from handler.images.source.depth import png_sample_bits
from handler.model.facts import ExifValue
from handler.model.printable import printable

_MAX_PROFILE_BYTES = 100
_MAX_DPI = 100_000
_BITS_PER_SAMPLE = 258
"""TIFF 6.0, tag BitsPerSample; 1 if missing."""


def file_details(image: Image.Image, data: bytes, source_format: str) -> dict[str, object]:
    """Return the facts from the header: `bit_depth`, `dpi` and `colour_profile`, as far as known.

    Args:
        image: Loaded, as returned by the parser.
        data: The whole file.
        source_format: One of `handler.images.input_formats.READABLE`.
    """
    profile = profile_name(image)
    return {
        "bit_depth": _bit_depth(image, data, source_format),
        "dpi": _dpi(image.info.get("dpi")),
        "colour_profile": profile and printable(profile, _MAX_PROFILE_BYTES),
    }


def exif_details(
    image: Image.Image, exif: Mapping[str, ExifValue], policy: GpsPolicy
) -> dict[str, object]:
    """Return the facts from metadata: `captured_at`, `location`, title and other captions."""
    return {
        "captured_at": captured_at(exif),
        "location": location(exif, policy),
        **read_captions(image, exif),
    }


def pixel_details(
    pixels: Image.Image, animation: Animation | None, frames: int
) -> dict[str, object]:
    """Return the facts from the pixels."""
    sample = downsample(pixels)
    return {
        "frames": frames,
        "duration_ms": sum(animation.durations_ms) if animation else None,
        "has_alpha": pixels.mode in ("LA", "RGBA"),
        "average_colour": average_colour(sample),
        "dominant_colours": dominant_colours(sample),
        "thumbhash": thumbhash(sample),
        "difference_hash": difference_hash(sample),
    }


def _bit_depth(image: Image.Image, data: bytes, source_format: str) -> int | None:
    """Return the bits per sample in the file; None if Pillow does not provide them."""
    declared: object = None
    match source_format:
        case "PNG":
            declared = png_sample_bits(data)
        case "JPEG":
            declared = getattr(image, "bits", 8)
        case "WEBP" | "GIF":
            declared = 8
        case "HEIC":
            declared = image.info.get("bit_depth")
        case "TIFF":
            declared = _tiff_bit_depth(image)
        case _:
            pass
    return declared if isinstance(declared, int) and 1 <= declared <= 64 else None


def _tiff_bit_depth(image: Image.Image) -> int | None:
    """Return the bits of the widest sample; the tag can have any type of value."""
    tags = cast("Mapping[int, object]", getattr(image, "tag_v2", {}))
    try:
        value = call_decoder(tags.get, _BITS_PER_SAMPLE, 1)
    except DecodeError:
        return None
    samples = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
    return max((bits for bits in samples if isinstance(bits, int)), default=None)


def _dpi(value: object) -> list[float] | None:
    """Return horizontal and vertical dots per inch, if both are plausible."""
    if not isinstance(value, tuple):
        return None
    given = cast("tuple[object, ...]", value)
    dots = [float(each) for each in given if isinstance(each, Real)]
    if len(dots) != 2 or not all(math.isfinite(each) and 0 < each <= _MAX_DPI for each in dots):
        return None
    return [round(each, 2) for each in dots]
