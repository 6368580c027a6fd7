"""From the bytes of an upload to upright sRGB pixels. Pure.

Nothing is decoded before format and size, as the header declares them, are accepted.

A file that Pillow cannot decode to its end is rejected as damaged, and so is a PNG with a wrong
checksum. A JPEG whose data are corrupt but complete decodes with visible damage: libjpeg only warns
of it, and Pillow does not pass that on.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from PIL import Image, ImageFile

from handler.config.limits import check_source_pixels
from handler.images.metadata.capture import without_place
from handler.images.metadata.describe import exif_details, file_details, pixel_details
from handler.images.metadata.exif import ExifValue, clean_exif, orientation, read_exif
from handler.images.policy import GpsPolicy
from handler.images.render.geometry import Size
from handler.images.source.animation import Animation, frame_count, read_animation
from handler.images.source.colour import to_srgb
from handler.images.source.decode_errors import DecodeError, call_decoder, refusing_bombs
from handler.images.source.depth import png_sample_bits
from handler.images.source.formats import DEFAULT_ACCEPTED, accepted_format
from handler.images.source.parsers import open_image
from handler.images.source.shrink import shrink_on_load

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation but 1, which is upright; Exif 3.0, tag Orientation."""


@dataclass(frozen=True, kw_only=True)
class SourceImage:
    """A decoded upload.

    Attributes:
        pixels: Upright, sRGB, without metadata; mode L, LA, RGB or RGBA. Of an animation the first
            frame, of a file with several pages the first one.
        animation: All frames, if they were asked for and are within the limits.
        frames: How many the file holds; 1 if it is no animation.
        format: One of `formats.READABLE`. A JPEG with further pictures in it (MPO)
            is a JPEG.
        mode: Pillow's name of the mode that the file holds, such as CMYK or I;16.
        width: As displayed, in pixels, as is `height`. There may be fewer pixels.
        exif: Clean values by tag name.
        details: What else is known, as JSON values by name; see `handler.images.metadata.describe`.
    """

    pixels: Image.Image
    format: str
    mode: str
    width: int
    height: int
    exif: dict[str, ExifValue]
    animation: Animation | None = None
    frames: int = 1
    details: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, kw_only=True)
class _Limits:
    max_pixels: int
    max_side_pixels: int | None

    def check(self, image: Image.Image) -> None:
        """Refuse an image that is too large."""
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
        max_pixels: Of the picture, and of all frames of an animation together.
        accepted: A choice of `handler.images.source.formats.READABLE`.
        max_side_pixels: Of width and height each; None for any.
        max_frames: Of an animation. One with more, or with too many pixels in all, is taken as its
            first frame.
        gps: What becomes of the place that the picture was taken at.
        tolerant: Whether as much as can be decoded of a damaged file is taken, and `damaged` among
            the details.
        scale_needed: Says for the size of a picture how much of it will be used, 1 for all pixels.
            Of a JPEG hardly more is decoded; see `handler.images.source.shrink`.

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
        with _reading_on():
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
    image = open_image(data, source_format)
    limits.check(image)
    if source_format == "PNG" and not ImageFile.LOAD_TRUNCATED_IMAGES:
        call_decoder(image.verify)
        image = open_image(data, source_format)
    mode = image.mode
    full_size = shrink_on_load(image, scale_needed) if source_format == "JPEG" else None
    call_decoder(image.load)
    limits.check(image)  # a header may have lied
    raw_exif = read_exif(image)
    exif = clean_exif(raw_exif)
    details = {**file_details(image, data, source_format), **exif_details(image, exif, gps)}
    transform = _developer(_sample_bits(data, source_format), orientation(raw_exif))
    frames = frame_count(image, source_format)
    pixels = transform(image.copy() if frames > 1 else image)
    is_shown_moving = frames <= min(max_frames, limits.max_pixels // (pixels.width * pixels.height))
    animation = read_animation(image, source_format, transform) if is_shown_moving else None
    width, height = full_size or pixels.size
    all_details = {**details, **pixel_details(pixels, animation, frames, data)}
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
def _reading_on() -> Generator[None]:
    """Let Pillow read what it can of a damaged file. This is a global of Pillow, and put back."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _developer(sample_bits: int, turned: int) -> Callable[[Image.Image], Image.Image]:
    """Return what makes a loaded image upright and sRGB; it may change the one that it gets."""

    def transform(image: Image.Image) -> Image.Image:
        pixels = to_srgb(image, sample_bits=sample_bits)
        turn = _UPRIGHT.get(turned)
        return pixels if turn is None else pixels.transpose(turn)

    return transform


def _sample_bits(data: bytes, source_format: str) -> int:
    return (png_sample_bits(data) if source_format == "PNG" else None) or 8
