"""From whatever pixels a file holds to 8-bit sRGB: modes L, LA, RGB and RGBA."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal, cast

from PIL import Image, ImageCms

from handler.images.source.decode_errors import DecodeError, call_decoder
from handler.images.source.depth import to_eight_bits

_OUTPUT_MODES = ("L", "LA", "RGB", "RGBA")


def to_srgb(image: Image.Image, *, sample_bits: int) -> Image.Image:
    """Return the pixels in sRGB, with alpha if the image has any transparency, without metadata.

    An embedded profile is applied by its perceptual table, or what it has in place of one. One that
    is broken or made for another colour space is ignored. CMYK without a profile is taken for inks
    on paper, see `_printed`. CIELAB, of TIFF, needs none.

    Args:
        image: Loaded, in any mode that Pillow decodes to. Its `info` may be emptied.
        sample_bits: Bits of a sample in the file, 1-16; see `to_eight_bits`.
    """
    profile: object = image.info.get("icc_profile")
    samples = to_eight_bits(image, sample_bits=sample_bits)
    alpha = samples.getchannel("A") if samples.mode in ("LA", "RGBA") else None
    if samples.mode == "LAB":
        samples = _convert(samples, _created("LAB"))
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
    """Return what the embedded profile calls itself; None if there is none or it cannot be read."""
    profile: object = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or not profile:
        return None
    try:
        opened = call_decoder(ImageCms.ImageCmsProfile, BytesIO(profile))
        return call_decoder(ImageCms.getProfileDescription, opened)
    except DecodeError:
        return None


def to_lab(image: Image.Image) -> Image.Image:
    """Return an image of mode RGB in CIELAB: three bytes, of which a and b are 128 for grey."""
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


def _convert(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    return ImageCms.buildTransform(source, _created("sRGB"), image.mode, "RGB").apply(image)


@cache
def _printed() -> ImageCms.ImageCmsProfile:
    """Return what CMYK means if nothing says so: "Chemical proof" by Graeme W. Gill, in the public
    domain, which libvips takes, too. Here it has only the table that is needed, 54 kB of 962.
    """
    return ImageCms.ImageCmsProfile(str(Path(__file__).with_name("cmyk.icc")))


@cache
def _created(space: Literal["LAB", "sRGB"]) -> ImageCms.ImageCmsProfile:
    created = cast("object", ImageCms.createProfile(space))  # pyright: ignore[reportUnknownMemberType]
    return ImageCms.ImageCmsProfile(created)
