"""Decode the bytes of an upload to upright sRGB pixels. Pure.

Nothing is decoded before the format and size in the header have been accepted.

A file whose picture is not complete is rejected as damaged, unless the policy accepts it. One with
a complete picture is decoded and marked as damaged: metadata that cannot be read are left out, and
wrong checksums and a missing end change no pixel. A JPEG with corrupt but complete data decodes
with visible damage: libjpeg only issues a warning, which Pillow discards.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from PIL import Image

from handler.images.codecs.decode_errors import DecodeError, refusing_bombs
from handler.images.codecs.parsers import open_image
from handler.images.geometry import Size
from handler.images.input_formats import DEFAULT_ACCEPTED, accepted_format
from handler.images.metadata.capture import without_place
from handler.images.metadata.exif import clean_exif, orientation, read_exif
from handler.images.metadata.gain_map import gain_map_kind
from handler.images.policy import GpsPolicy
from handler.images.source.animation import (
    Animation,
    count_frames,
    load_first,
    read_animation,
    still_file,
)
from handler.images.source.colour import to_srgb
from handler.images.source.depth import png_sample_bits
from handler.images.source.describe import exif_details, file_details, pixel_details
from handler.images.source.described_colours import described_profile
from handler.images.source.heif_properties import Box, shown_part
from handler.images.source.readable_form import (
    bare_form,
    readable_form,
    truncated_images_allowed,
)
from handler.images.source.shrink import shrink_on_load
from handler.images.source.upright import upright
from handler.model.facts import ExifValue
from handler.model.limits import check_source_pixels


@dataclass(frozen=True, kw_only=True)
class SourceImage:
    """A decoded upload."""

    pixels: Image.Image
    """Upright, sRGB, without metadata; mode L, LA, RGB or RGBA. The first frame of an animation,
    the first page of a file with several."""
    format: str
    """One of `handler.images.input_formats.READABLE`. A JPEG with further pictures (MPO) is a
    JPEG."""
    mode: str
    """Pillow's mode of the stored pixels, such as CMYK or I;16."""
    width: int
    """Displayed width in pixels; so is `height`. `pixels` may be smaller."""
    height: int
    exif: dict[str, ExifValue]
    """Clean EXIF values by tag name."""
    animation: Animation | None = None
    """All frames, if requested and within the limits."""
    frames: int = 1
    """Number of frames in the file; 1 if it is not an animation."""
    turned: int = 1
    """EXIF orientation of the stored pixels, 1-8."""
    details: Mapping[str, object] = field(default_factory=dict[str, object])
    """Further facts as JSON values by name; see `handler.images.source.describe`."""


@dataclass(frozen=True, kw_only=True)
class _Limits:
    max_pixels: int
    max_side_pixels: int | None

    def check(self, image: Image.Image) -> None:
        """Reject an image that is too large."""
        check_source_pixels(image.width, image.height, self.max_pixels, self.max_side_pixels)


def _all_pixels(_: Size) -> float:
    return 1


def decode(
    data: bytes,
    max_pixels: int,
    *,
    accepted: Sequence[str] = DEFAULT_ACCEPTED,
    max_side_pixels: int | None = None,
    max_frames: int = 1,
    gps: GpsPolicy = GpsPolicy.KEEP,
    tolerant: bool = False,
    scale_needed: Callable[[Size], float] = _all_pixels,
) -> SourceImage:
    """Decode the bytes of an upload.

    Args:
        data: The whole file.
        max_pixels: Limit of the picture, and of all frames of an animation in total.
        accepted: A subset of `handler.images.input_formats.READABLE`.
        max_side_pixels: Limit of width and height each; None for no limit.
        max_frames: Limit of an animation. Beyond it, or with too many pixels in total, only the
            first frame is decoded.
        gps: Policy for the location at which the picture was taken.
        tolerant: Whether a picture that is not complete is decoded as far as possible.
        scale_needed: Returns the largest scale at which a picture of a given size is used, 1 for
            full size. A JPEG may be decoded smaller; see `handler.images.source.shrink`.

    Raises:
        Rejected: With `not-an-image`, `unsupported-format`, `too-many-pixels` or `damaged`.
        MemoryError: If there is too little memory.
    """
    source_format = accepted_format(data, accepted)
    limits = _Limits(max_pixels=max_pixels, max_side_pixels=max_side_pixels)

    def decoded(readable: bytes, damage: str | None, frames: int = max_frames) -> SourceImage:
        image = _decoded(readable, source_format, limits, frames, gps, scale_needed)
        return _with_file_facts(image, data, damage)

    with refusing_bombs(max_pixels):
        try:
            readable, damage = readable_form(data, source_format)
            return decoded(readable, damage)
        except DecodeError as error:
            bare = bare_form(data, source_format)
            if bare is not data:
                with suppress(DecodeError):
                    readable, _ = readable_form(bare, source_format)
                    return decoded(readable, f"metadata cannot be read: {error.detail}")
            if not tolerant:
                raise
            damage = error.detail
        with truncated_images_allowed():
            return decoded(data, damage, frames=1)


def _with_file_facts(image: SourceImage, data: bytes, damage: str | None) -> SourceImage:
    facts: dict[str, object] = {"sha256": hashlib.sha256(data).hexdigest()}
    if (kind := gain_map_kind(data, image.format)) is not None:
        facts["gain_map"] = kind
    if damage is not None:
        facts |= {"damaged": True, "damage": damage}
    return replace(image, details={**image.details, **facts})


def _decoded(
    data: bytes,
    source_format: str,
    limits: _Limits,
    max_frames: int,
    gps: GpsPolicy,
    scale_needed: Callable[[Size], float],
) -> SourceImage:
    file = still_file(data, source_format)
    image = open_image(file, source_format)
    limits.check(image)
    mode = image.mode
    full_size = shrink_on_load(image, scale_needed) if source_format == "JPEG" else None
    if source_format == "TIFF":
        read_exif(image)  # kept by Pillow, which turns a TIFF while loading it
    image = load_first(image, data, source_format)
    limits.check(image)  # the header may have been wrong
    raw_exif = read_exif(image)
    exif, turned = clean_exif(raw_exif), orientation(raw_exif)
    details = {**file_details(image, data, source_format), **exif_details(image, exif, gps)}
    transform = _shown_in_srgb(
        sample_bits=_sample_bits(data, source_format),
        profile=described_profile(image, data, source_format, exif),
        aperture=shown_part(data, source_format, image.size),
        turned=turned,
    )
    frames, damage = count_frames(image, data, source_format)
    pixels = transform(image.copy() if frames > 1 else image)
    animation = None
    if 1 < frames <= min(max_frames, limits.max_pixels // (pixels.width * pixels.height)):
        animation, damage = read_animation(
            data, image, source_format, transform, max_pixels=limits.max_pixels
        )
    width, height = full_size or pixels.size
    all_details = {**details, **pixel_details(pixels, animation, frames)}
    if damage:
        all_details |= {"damaged": True, "damage": damage}
    return SourceImage(
        pixels=pixels,
        format=source_format,
        mode=mode,
        width=width,
        height=height,
        exif=without_place(exif, gps),
        animation=animation,
        frames=frames,
        turned=turned,
        details={name: value for name, value in all_details.items() if value is not None},
    )


def _shown_in_srgb(
    *, sample_bits: int, profile: bytes | None, aperture: Box | None, turned: int
) -> Callable[[Image.Image], Image.Image]:
    """Return a function that makes a loaded image upright and sRGB, without what is cropped away.
    It may change its argument.
    """

    def transform(image: Image.Image) -> Image.Image:
        shown = image.crop(aperture) if aperture else image
        pixels = to_srgb(shown, sample_bits=sample_bits, described_profile=profile)
        return upright(pixels, turned)

    return transform


def _sample_bits(data: bytes, source_format: str) -> int:
    return (png_sample_bits(data) if source_format == "PNG" else None) or 8
