"""Conversion of samples of any width to 8 bits, with transparency as an alpha channel."""

from typing import cast

from PIL import Image

from handler.images.codecs.decode_errors import call_decoder
from handler.images.codecs.eight_bits import (
    SIXTEEN_BITS,
    from_range,
    from_sixteen_bits,
    look_up,
    rounded,
)

_WHOLE_BYTES = {"1": "L", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB", "YCbCr": "RGB", "HSV": "RGB"}
"""Target modes for which Pillow's own conversion is sufficient."""

_PNG_BIT_DEPTH_OFFSET = 24
"""Offset of the bit depth in a PNG, and its valid values: https://www.w3.org/TR/png-3/#11IHDR"""
_PNG_BIT_DEPTHS = (1, 2, 4, 8, 16)


def png_sample_bits(data: bytes) -> int | None:
    """Return the bits per sample of a PNG; None if its first chunk is not IHDR, as it must be."""
    bits = int.from_bytes(data[_PNG_BIT_DEPTH_OFFSET : _PNG_BIT_DEPTH_OFFSET + 1], "big")
    return bits if bits in _PNG_BIT_DEPTHS else None


def has_transparency(image: Image.Image) -> bool:
    """Return whether any pixel of a file can be transparent.

    Raises:
        DecodeError: If a required palette is missing.
    """
    return bool(call_decoder(getattr, image, "has_transparency_data"))


def to_eight_bits(image: Image.Image, *, sample_bits: int) -> Image.Image:
    """Return the image in mode L, LA, RGB, RGBA, CMYK or LAB.

    16-bit integers are scaled. Floating point values within 0-1 are scaled so that 1 is white, as
    in Adobe's TIFF Technical Note 3. Other floating point values and 32-bit integers are scaled so
    that the lowest value is black and the highest white.

    Args:
        image: Loaded, in any mode that Pillow decodes to. Not changed.
        sample_bits: Bits per sample in the file, 1-16. Pillow widens samples to 8 bits, but not the
            transparent colour of a PNG (its tRNS chunk).
    """
    transparent = cast("int | tuple[int, ...] | bytes | None", image.info.get("transparency"))
    if image.mode.startswith("I;16"):
        return _from_sixteen_bits(image, transparent)
    if image.mode in ("I", "F"):
        return rounded(from_range([image])[0])
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if has_transparency(image) else "RGB")
    whole = image.convert(_WHOLE_BYTES[image.mode]) if image.mode in _WHOLE_BYTES else image
    return _with_transparent_colour(whole, transparent, sample_bits)


def _from_sixteen_bits(image: Image.Image, transparent: object) -> Image.Image:
    """Scale 16-bit grey; the transparent value is matched before precision is lost."""
    grey = from_sixteen_bits(image)
    if transparent is not None:
        opacity = [0 if sample == transparent else 255 for sample in range(SIXTEEN_BITS)]
        grey.putalpha(look_up(image.convert("I"), opacity))
    return grey


def _with_transparent_colour(
    image: Image.Image, transparent: object, sample_bits: int
) -> Image.Image:
    """Convert a single transparent colour to an alpha channel."""
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
    """Return a sample of a transparent colour in 8 bits, as Pillow converts samples: the high byte
    of 16 bits, and fewer bits than 8 scaled to 0-255.
    """
    highest = 2**bits - 1
    return sample >> 8 if bits == 16 else (sample & highest) * 255 // highest
