"""From whatever pixels a file holds to 8-bit sRGB: modes L, LA, RGB and RGBA."""

from functools import cache
from io import BytesIO
from typing import cast

from PIL import Image, ImageCms

from handler.errors import PARSER_ERRORS

_OUTPUT_MODES = ("L", "LA", "RGB", "RGBA")
_SIXTEEN_BITS = 2**16
_TO_EIGHT_BITS = [(sample + 128) // 257 for sample in range(_SIXTEEN_BITS)]
"""65535 is 257 x 255, so this rounds to the nearest; Pillow's own conversion clips at 255."""


def to_srgb(image: Image.Image, *, sample_bits: int) -> Image.Image:
    """Return the pixels in sRGB, with alpha if the image has any transparency, without metadata.

    An embedded profile is applied, CMYK without one is converted by the simple formula. A profile
    that is broken or made for another colour space is ignored.

    Args:
        image: Loaded, in any mode that JPEG, PNG, WebP and GIF decode to.
        sample_bits: Bits of a sample in the file, 1-16. Pillow widens samples to 8 bits but leaves
            the transparent colour of a PNG (its tRNS chunk) as it was.
    """
    profile: object = image.info.get("icc_profile")
    expanded = _expand(image, sample_bits)
    alpha = expanded.getchannel("A") if expanded.mode in ("LA", "RGBA") else None
    if isinstance(profile, bytes):
        expanded = _apply_profile(_opaque(expanded), profile)
    if expanded.mode not in _OUTPUT_MODES:
        expanded = expanded.convert("RGB")
    if alpha is not None and expanded.mode in ("L", "RGB"):
        expanded.putalpha(alpha)
    expanded.info.clear()
    return expanded


def _expand(image: Image.Image, sample_bits: int) -> Image.Image:
    """Return the image with a whole byte for each sample, and transparency as an alpha channel."""
    transparent = cast("int | tuple[int, ...] | bytes | None", image.info.get("transparency"))
    if image.mode.startswith("I"):
        return _narrow(image, transparent)
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode == "1":
        image = image.convert("L")
    if image.mode == "L" and isinstance(transparent, int):
        image.info["transparency"] = _widen(transparent, sample_bits)
        return image.convert("LA")
    if image.mode == "RGB" and isinstance(transparent, tuple):
        image.info["transparency"] = tuple(_widen(sample, sample_bits) for sample in transparent)
        return image.convert("RGBA")
    return image


def _narrow(image: Image.Image, transparent: object) -> Image.Image:
    """Scale 16-bit grey to 8 bits; a transparent grey is looked up before it loses precision."""
    wide = image.convert("I")
    grey = _look_up(wide, _TO_EIGHT_BITS)
    if transparent is not None:
        opacity = [0 if sample == transparent else 255 for sample in range(_SIXTEEN_BITS)]
        grey.putalpha(_look_up(wide, opacity))
    return grey


def _look_up(image: Image.Image, table: list[int]) -> Image.Image:
    return image.point(table, "L")  # pyright: ignore[reportUnknownMemberType] # names numpy types


def _widen(sample: int, bits: int) -> int:
    """Return a sample of a transparent colour as Pillow's 8-bit samples have it: the high byte of
    16 bits, and fewer bits than 8 scaled to 0-255.
    """
    highest = 2**bits - 1
    return sample >> 8 if bits == 16 else (sample & highest) * 255 // highest


def _opaque(image: Image.Image) -> Image.Image:
    without_alpha = {"LA": "L", "RGBA": "RGB"}.get(image.mode)
    return image.convert(without_alpha) if without_alpha else image


def _apply_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        transform = ImageCms.buildTransform(source, _srgb(), image.mode, "RGB")
        converted = transform.apply(image)
    except (ImageCms.PyCMSError, *PARSER_ERRORS):
        return image
    # Grey stays grey in sRGB, with equal red, green and blue.
    return converted.convert("L") if image.mode == "L" else converted


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    created = cast("object", ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType]
    return ImageCms.ImageCmsProfile(created)
