"""From samples of any width to 8 bits, with transparency as an alpha channel."""

import math
from typing import cast

from PIL import Image

from handler.images.source.decode_errors import call_decoder

_SIXTEEN_BITS = 2**16
_TO_EIGHT_BITS = [(sample + 128) // 257 for sample in range(_SIXTEEN_BITS)]
"""65535 is 257 x 255, so this rounds to the nearest; Pillow's own conversion clips at 255."""

_WHOLE_BYTES = {"1": "L", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB", "YCbCr": "RGB", "HSV": "RGB"}
"""What each mode that needs no more than Pillow's conversion becomes."""

_PNG_BIT_DEPTH_OFFSET = 24
"""Offset of the bit depth in a PNG, and what it can be: https://www.w3.org/TR/png-3/#11IHDR"""
_PNG_BIT_DEPTHS = (1, 2, 4, 8, 16)


def png_sample_bits(data: bytes) -> int | None:
    """Return the bits of a sample of a PNG; None where its first chunk, against the rules, is
    another one than its header.
    """
    bits = int.from_bytes(data[_PNG_BIT_DEPTH_OFFSET : _PNG_BIT_DEPTH_OFFSET + 1], "big")
    return bits if bits in _PNG_BIT_DEPTHS else None


def has_transparency(image: Image.Image) -> bool:
    """Say whether any pixel of a file could be transparent.

    Raises:
        DecodeError: If it has no palette where there must be one.
    """
    return bool(call_decoder(getattr, image, "has_transparency_data"))


def to_eight_bits(image: Image.Image, *, sample_bits: int) -> Image.Image:
    """Return the image in mode L, LA, RGB, RGBA, CMYK or LAB.

    Integers of 16 bits are scaled. What may have any range, floating point and integers of 32 bits,
    is scaled so that 1 is white if all lies within 0-1, as TIFF's Technical Note 3 of Adobe has it,
    or else so that the lowest value is black and the highest white.

    Args:
        image: Loaded, in any mode that Pillow decodes to. Not changed.
        sample_bits: Bits of a sample in the file, 1-16. Pillow widens samples to 8 bits but leaves
            the transparent colour of a PNG (its tRNS chunk) as it was.
    """
    transparent = cast("int | tuple[int, ...] | bytes | None", image.info.get("transparency"))
    if image.mode.startswith("I;16"):
        return _from_sixteen_bits(image, transparent)
    if image.mode in ("I", "F"):
        return _from_any_range(image)
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if has_transparency(image) else "RGB")
    whole = image.convert(_WHOLE_BYTES[image.mode]) if image.mode in _WHOLE_BYTES else image
    return _with_transparent_colour(whole, transparent, sample_bits)


def _from_sixteen_bits(image: Image.Image, transparent: object) -> Image.Image:
    """Scale grey; a transparent grey is looked up before it loses precision."""
    wide = image.convert("I")
    grey = _look_up(wide, _TO_EIGHT_BITS)
    if transparent is not None:
        opacity = [0 if sample == transparent else 255 for sample in range(_SIXTEEN_BITS)]
        grey.putalpha(_look_up(wide, opacity))
    return grey


def _look_up(image: Image.Image, table: list[int]) -> Image.Image:
    return image.point(table, "L")  # pyright: ignore[reportUnknownMemberType] # names numpy types


def _from_any_range(image: Image.Image) -> Image.Image:
    wide = image.convert("F")
    lowest, highest = cast("tuple[float, float]", wide.getextrema())
    if image.mode == "F" and lowest >= 0 and highest <= 1:
        lowest, highest = 0.0, 1.0
    span = highest - lowest
    if not (math.isfinite(span) and span > 0):
        return wide.convert("L")
    scale = 255 / span
    scaled = wide.point(  # pyright: ignore[reportUnknownMemberType] # names numpy types
        lambda sample: sample * scale + (0.5 - lowest * scale)
    )
    return scaled.convert("L")


def _with_transparent_colour(
    image: Image.Image, transparent: object, sample_bits: int
) -> Image.Image:
    """Turn a single transparent colour into an alpha channel."""
    if image.mode == "L" and isinstance(transparent, int):
        widened, mode = _widen(transparent, sample_bits), "LA"
    elif image.mode == "RGB" and isinstance(transparent, tuple):
        samples = cast("tuple[int, ...]", transparent)
        widened, mode = tuple(_widen(sample, sample_bits) for sample in samples), "RGBA"
    else:
        return image
    marked = image.copy()
    marked.info["transparency"] = widened
    return marked.convert(mode)


def _widen(sample: int, bits: int) -> int:
    """Return a sample of a transparent colour as Pillow's 8-bit samples have it: the high byte of
    16 bits, and fewer bits than 8 scaled to 0-255.
    """
    highest = 2**bits - 1
    return sample >> 8 if bits == 16 else (sample & highest) * 255 // highest
