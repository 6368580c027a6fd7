"""Decode the bytes of an upload to upright sRGB pixels. Pure.

Nothing is decoded before the format and size in the header have been accepted.

A file that Pillow cannot decode completely is rejected as damaged, and so is a PNG with a wrong
checksum. A bad frame of an animation after the first only ends the animation, and the file is
flagged. A JPEG with corrupt but complete data decodes with visible damage: libjpeg only issues a
warning, which Pillow discards.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from PIL import Image, ImageFile

from handler.images.codecs.decode_errors import DecodeError, call_decoder, refusing_bombs
from handler.images.codecs.parsers import open_image
from handler.images.geometry import Size
from handler.images.input_formats import DEFAULT_ACCEPTED, accepted_format
from handler.images.metadata.capture import without_place
from handler.images.metadata.exif import clean_exif, orientation, read_exif
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
from handler.images.source.shrink import shrink_on_load
from handler.model.facts import ExifValue
from handler.model.limits import check_source_pixels

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""Transposition that undoes each EXIF orientation except 1, upright; Exif 3.0, tag Orientation."""


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
        tolerant: Whether a damaged file is decoded as far as possible, with `damaged` in its
            details.
        scale_needed: Returns the largest scale at which a picture of a given size is used, 1 for
            full size. A JPEG may be decoded smaller; see `handler.images.source.shrink`.

    Raises:
        Rejected: With `not-an-image`, `unsupported-format`, `too-many-pixels` or `damaged`.
        MemoryError: If there is too little memory.
    """
    source_format = accepted_format(data, accepted)
    limits = _Limits(max_pixels=max_pixels, max_side_pixels=max_side_pixels)
    with refusing_bombs(max_pixels):
        try:
            return _decoded(data, source_format, limits, max_frames, gps, scale_needed)
        except DecodeError:
            if not tolerant:
                raise
        with _truncated_images_allowed():
            image = _decoded(data, source_format, limits, 1, gps, scale_needed)
            return replace(image, details={**image.details, "damaged": True})


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
    if source_format == "PNG" and not ImageFile.LOAD_TRUNCATED_IMAGES:
        call_decoder(image.verify)
        image = open_image(file, source_format)
    mode = image.mode
    full_size = shrink_on_load(image, scale_needed) if source_format == "JPEG" else None
    image = load_first(image, data, source_format)
    limits.check(image)  # the header may have been wrong
    raw_exif = read_exif(image)
    exif = clean_exif(raw_exif)
    details = {**file_details(image, data, source_format), **exif_details(image, exif, gps)}
    transform = _upright_srgb(_sample_bits(data, source_format), orientation(raw_exif))
    frames, damage = count_frames(image, data, source_format)
    pixels = transform(image.copy() if frames > 1 else image)
    animation = None
    if 1 < frames <= min(max_frames, limits.max_pixels // (pixels.width * pixels.height)):
        animation, damage = read_animation(
            data, image, source_format, transform, max_pixels=limits.max_pixels
        )
    width, height = full_size or pixels.size
    all_details = {
        **details,
        **pixel_details(pixels, animation, frames, data),
        "damaged": True if damage else None,
    }
    return SourceImage(
        pixels=pixels,
        format=source_format,
        mode=mode,
        width=width,
        height=height,
        exif=without_place(exif, gps),
        animation=animation,
        frames=frames,
        details={name: value for name, value in all_details.items() if value is not None},
    )


@contextmanager
def _truncated_images_allowed() -> Generator[None]:
    """Let Pillow decode damaged files as far as possible, by a global that is reset afterwards."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _upright_srgb(sample_bits: int, turned: int) -> Callable[[Image.Image], Image.Image]:
    """Return a function that makes a loaded image upright and sRGB, and may change its argument."""

    def transform(image: Image.Image) -> Image.Image:
        pixels = to_srgb(image, sample_bits=sample_bits)
        turn = _UPRIGHT.get(turned)
        return pixels if turn is None else pixels.transpose(turn)

    return transform


def _sample_bits(data: bytes, source_format: str) -> int:
    return (png_sample_bits(data) if source_format == "PNG" else None) or 8
