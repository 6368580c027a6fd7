"""Colour conversion of decoded pixels to 8-bit sRGB: modes L, LA, RGB and RGBA."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal, cast

from PIL import Image, ImageCms

from handler.images.codecs.decode_errors import DecodeError, call_decoder
from handler.images.source.depth import to_eight_bits

_OUTPUT_MODES = ("L", "LA", "RGB", "RGBA")


def to_srgb(
    image: Image.Image, *, sample_bits: int, described_profile: bytes | None = None
) -> Image.Image:
    """Return the pixels in sRGB, with alpha if the image has any transparency, without metadata.

    An embedded profile is applied with perceptual intent. A profile that is broken or for another
    colour space is ignored. CMYK without a profile is converted with a default one, see `_printed`.
    CIELAB, from TIFF, needs none.

    Args:
        image: Loaded, in any mode that Pillow decodes to. Its `info` may be cleared.
        sample_bits: Bits per sample in the file, 1-16; see `to_eight_bits`.
        described_profile: Profile for RGB that is applied instead of the embedded one; see
            `handler.images.source.described_colours`.
    """
    profile: object = image.info.get("icc_profile")
    samples = to_eight_bits(image, sample_bits=sample_bits)
    alpha = samples.getchannel("A") if samples.mode in ("LA", "RGBA") else None
    if samples.mode == "LAB":
        samples = _convert(samples, _created("LAB"))
    elif described_profile is not None and samples.mode not in ("CMYK", "LAB"):
        samples = _apply_to_rgb(_opaque(samples), described_profile)
    elif isinstance(profile, bytes):
        samples = _apply_profile(_opaque(samples), profile)
    if samples.mode == "CMYK":
        samples = _convert(samples, _printed())
    if samples.mode not in _OUTPUT_MODES:
        samples = samples.convert("RGB")
    if alpha is not None and samples.mode in ("L", "RGB"):
        samples.putalpha(alpha)
    samples.info.clear()
    return samples


def profile_name(image: Image.Image) -> str | None:
    """Return the name of the embedded profile; None if there is none or it cannot be read."""
    profile: object = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not profile:
        return None
    try:
        opened = call_decoder(ImageCms.ImageCmsProfile, BytesIO(profile))
        return call_decoder(ImageCms.getProfileDescription, opened)
    except DecodeError:
        return None


def to_lab(image: Image.Image) -> Image.Image:
    """Convert an RGB image to CIELAB: three bytes, with 128 in a and b for grey."""
    return ImageCms.buildTransform(_created("sRGB"), _created("LAB"), "RGB", "LAB").apply(image)


def _opaque(image: Image.Image) -> Image.Image:
    without_alpha = {"LA": "L", "RGBA": "RGB"}.get(image.mode)
    return image.convert(without_alpha) if without_alpha else image


def _apply_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = call_decoder(ImageCms.ImageCmsProfile, BytesIO(profile))
        transform = call_decoder(
            ImageCms.buildTransform, source, _created("sRGB"), image.mode, "RGB"
        )
        converted = call_decoder(transform.apply, image)
    except DecodeError:
        return image
    # Grey stays grey in sRGB, with equal red, green and blue.
    return converted.convert("L") if image.mode == "L" else converted


def _apply_to_rgb(image: Image.Image, profile: bytes) -> Image.Image:
    converted = _apply_profile(image.convert("RGB"), profile)
    return converted.convert("L") if image.mode == "L" else converted


def _convert(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    return ImageCms.buildTransform(source, _created("sRGB"), image.mode, "RGB").apply(image)


@cache
def _printed() -> ImageCms.ImageCmsProfile:
    """Return the default profile of CMYK: "Chemical proof" by Graeme W. Gill, in the public domain,
    which libvips uses, too. The file is reduced to the table that is needed, 54 kB of 962.
    """
    return ImageCms.ImageCmsProfile(str(Path(__file__).with_name("cmyk.icc")))


@cache
def _created(space: Literal["LAB", "sRGB"]) -> ImageCms.ImageCmsProfile:
    created = cast("object", ImageCms.createProfile(space))  # pyright: ignore[reportUnknownMemberType]
    return ImageCms.ImageCmsProfile(created)
