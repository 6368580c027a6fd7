"""All that is worth knowing of an image beside its pixels, as values of JSON."""

import hashlib
import math
from collections.abc import Mapping
from numbers import Real
from typing import cast

from PIL import Image

from handler.images.metadata.captions import read_captions
from handler.images.metadata.capture import captured_at, location
from handler.images.metadata.exif import ExifValue
from handler.images.metadata.perceptual import (
    average_colour,
    difference_hash,
    dominant_colours,
    downsample,
    thumbhash,
)
from handler.images.metadata.text import printable
from handler.images.policy import GpsPolicy
from handler.images.source.animation import Animation
from handler.images.source.colour import profile_name
from handler.images.source.decode_errors import DecodeError, call_decoder
from handler.images.source.depth import png_sample_bits

_MAX_PROFILE_BYTES = 100
_MAX_DPI = 100_000
_BITS_PER_SAMPLE = 258
"""TIFF 6.0, tag BitsPerSample; 1 if it is not there."""


def file_details(image: Image.Image, data: bytes, source_format: str) -> dict[str, object]:
    """Return what the header says: `bit_depth`, `dpi` and `colour_profile`, as far as known.

    Args:
        image: Loaded, as the parser left it.
        data: The whole file.
        source_format: One of `handler.images.source.formats.READABLE`.
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
    """Return what cameras and people wrote: `captured_at`, `location`, title and so on."""
    return {
        "captured_at": captured_at(exif),
        "location": location(exif, policy),
        **read_captions(image, exif),
    }


def pixel_details(
    pixels: Image.Image, animation: Animation | None, frames: int, data: bytes
) -> dict[str, object]:
    """Return what is seen, and the hash of the file."""
    glance = downsample(pixels)
    return {
        "frames": frames,
        "duration_ms": sum(animation.durations_ms) if animation else None,
        "has_alpha": pixels.mode in ("LA", "RGBA"),
        "average_colour": average_colour(glance),
        "dominant_colours": dominant_colours(glance),
        "thumbhash": thumbhash(glance),
        "difference_hash": difference_hash(glance),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _bit_depth(image: Image.Image, data: bytes, source_format: str) -> int | None:
    """Return the bits of a sample in the file; None where Pillow does not tell."""
    told: object = None
    match source_format:
        case "PNG":
            told = png_sample_bits(data)
        case "JPEG":
            told = getattr(image, "bits", 8)
        case "WEBP" | "GIF":
            told = 8
        case "HEIC":
            told = image.info.get("bit_depth")
        case "TIFF":
            told = _tiff_bit_depth(image)
        case _:
            pass
    return told if isinstance(told, int) and 1 <= told <= 64 else None


def _tiff_bit_depth(image: Image.Image) -> int | None:
    """Return the bits of the widest sample, which any type of value can claim to be."""
    tags = cast("Mapping[int, object]", getattr(image, "tag_v2", {}))
    try:
        value = call_decoder(tags.get, _BITS_PER_SAMPLE, 1)
    except DecodeError:
        return None
    samples = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
    return max((bits for bits in samples if isinstance(bits, int)), default=None)


def _dpi(value: object) -> list[float] | None:
    """Return dots per inch, across and down, if both make sense."""
    if not isinstance(value, tuple):
        return None
    given = cast("tuple[object, ...]", value)
    dots = [float(each) for each in given if isinstance(each, Real)]
    if len(dots) != 2 or not all(math.isfinite(each) and 0 < each <= _MAX_DPI for each in dots):
        return None
    return [round(each, 2) for each in dots]
