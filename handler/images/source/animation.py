"""Decoding of animations: composed frames, durations and loop count.

Pillow decodes single frames. Those of GIF and APNG are composed by
`handler.images.source.compositor`: Pillow 13 enlarges the canvas of a GIF for frames beyond it,
repeats disposal methods, and restores the wrong canvas of an APNG. libwebp composes WebP.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from handler.images.codecs.decode_errors import DecodeError, call_decoder
from handler.images.codecs.parsers import open_image
from handler.images.geometry import Size
from handler.images.source.apng_frames import apng_frames, apng_loop_count, without_animation
from handler.images.source.compositor import Frame, composed
from handler.images.source.depth import png_sample_bits, to_eight_bits
from handler.images.source.gif_frames import first_image, gif_frames, gif_loop_count
from handler.images.source.webp_frames import good_part
from handler.model.errors import Rejected

ANIMATED_FORMATS = ("GIF", "WEBP", "PNG")
"""Formats with animations. In the others, further images are pages, sizes or views."""

_GREY_MODES = ("1", "L", "LA", "I;16")

Transform = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True, kw_only=True)
class Animation:
    """An animation of at least two frames."""

    frames: tuple[Image.Image, ...]
    """Complete frames, upright, in sRGB; mode RGB or RGBA, the same for all."""
    durations_ms: tuple[int, ...]
    """Duration of each frame. Short ones are kept, although browsers show them for longer."""
    loop_count: int
    """How often the animation plays; 0 for endless."""


def declared_frames(image: Image.Image, source_format: str) -> int:
    """Return the number of frames by the header of an image, 1 for a still image."""
    if source_format not in ANIMATED_FORMATS:
        return 1
    images: object = call_decoder(getattr, image, "n_frames", 1)
    # A PNG may start with a still image for viewers without APNG support, which is not a frame.
    others = int(bool(image.info.get("default_image")))
    return max(1, images - others) if isinstance(images, int) else 1


def still_file(data: bytes, source_format: str) -> bytes:
    """Return the file for a parser that one bad frame stops: without bad frames, and a GIF or PNG
    without its animation.
    """
    match source_format:
        case "GIF":
            return first_image(data)
        case "PNG":
            return without_animation(data)
        case "WEBP":
            return good_part(data)
        case _:
            return data


def load_first(image: Image.Image, data: bytes, source_format: str) -> Image.Image:
    """Load a still image, or the first frame as shown: on the whole canvas.

    Raises:
        DecodeError: If it is damaged.
    """
    first = _first_gif_frame(data, image.size) if source_format == "GIF" else None
    if first is None or (first.box == (0, 0, *image.size) and image.mode == "P"):
        call_decoder(image.load)
        return image
    pixels_of = _frame_decoder(data, source_format, image.width * image.height)
    canvas, _ = next(_composed(iter([first]), image, pixels_of))
    return canvas


def count_frames(image: Image.Image, data: bytes, source_format: str) -> tuple[int, str | None]:
    """Return the number of frames, 1 for a still image, and what is wrong with the next frame.

    Args:
        image: As opened from `still_file`.
        data: The whole file.
        source_format: One of `handler.images.input_formats.READABLE`.
    """
    stored = _stored_frames(data, image.size, source_format)
    if stored is None:
        return declared_frames(image, source_format), _lost_frames(data, source_format)
    frames = 0
    try:
        for _ in stored:
            frames += 1
    except DecodeError as error:
        return max(1, frames), error.detail
    return max(1, frames), None


def read_animation(
    data: bytes, image: Image.Image, source_format: str, transform: Transform, *, max_pixels: int
) -> tuple[Animation | None, str | None]:
    """Decode all frames up to the first bad one.

    Args:
        data: The whole file.
        image: As opened from `still_file`, loaded, at its first frame.
        source_format: One of `handler.images.input_formats.READABLE`.
        transform: Makes a frame upright and sRGB. It may change its argument.
        max_pixels: Limit of a stored frame, which can be larger than the canvas.

    Returns:
        The animation, None with fewer than two good frames; and what is wrong with the next frame.
    """
    shown: list[tuple[Image.Image, int]] = []
    damage = _lost_frames(data, source_format)
    try:
        for frame, duration_ms in _shown(data, image, source_format, max_pixels):
            shown.append((transform(frame), duration_ms))
    except Rejected as error:
        damage = error.detail
    if len(shown) < 2:
        return None, damage
    mode = "RGBA" if any(frame.has_transparency_data for frame, _ in shown) else "RGB"
    animation = Animation(
        frames=tuple(frame.convert(mode) for frame, _ in shown),
        durations_ms=tuple(duration_ms for _, duration_ms in shown),
        loop_count=_loop_count(data, image, source_format),
    )
    return animation, damage


def _stored_frames(data: bytes, canvas_size: Size, source_format: str) -> Iterator[Frame] | None:
    """Return the frames of a format that is composed here."""
    match source_format:
        case "GIF":
            return gif_frames(data, canvas_size)
        case "PNG":
            return apng_frames(data, canvas_size)
        case _:
            return None


def _lost_frames(data: bytes, source_format: str) -> str | None:
    """Return what is wrong with the frames that `still_file` leaves out, if a decoder composes."""
    is_whole = source_format != "WEBP" or good_part(data) is data
    return None if is_whole else "the file ends within an animation, or has a bad frame"


def _first_gif_frame(data: bytes, canvas_size: Size) -> Frame | None:
    try:
        return next(gif_frames(data, canvas_size), None)
    except DecodeError:
        return None


def _loop_count(data: bytes, image: Image.Image, source_format: str) -> int:
    """Return how often an animation plays."""
    match source_format:
        case "GIF":
            return gif_loop_count(data)
        case "PNG":
            return apng_loop_count(data, image.size)
        case _:
            declared: object = image.info.get("loop")
            return declared if isinstance(declared, int) else 0


def _shown(
    data: bytes, image: Image.Image, source_format: str, max_pixels: int
) -> Iterator[tuple[Image.Image, int]]:
    stored = _stored_frames(data, image.size, source_format)
    if stored is None:
        return _composed_by_decoder(image, source_format)
    return _composed(stored, image, _frame_decoder(data, source_format, max_pixels))


def _composed_by_decoder(
    image: Image.Image, source_format: str
) -> Iterator[tuple[Image.Image, int]]:
    for index in range(declared_frames(image, source_format)):
        call_decoder(image.seek, index)
        call_decoder(image.load)
        yield image.copy(), _duration_ms(image)


def _composed(
    stored: Iterator[Frame], image: Image.Image, pixels_of: Callable[[Frame], Image.Image]
) -> Iterator[tuple[Image.Image, int]]:
    """Yield the complete frames of an image, with its colours and metadata, and their durations."""
    info = {name: value for name, value in image.info.items() if name != "transparency"}
    for canvas, duration_ms in composed(stored, image.size, pixels_of):
        shown = canvas.convert(_mode(canvas, is_grey=image.mode in _GREY_MODES))
        shown.info = dict(info)
        yield shown, duration_ms


def _frame_decoder(
    data: bytes, source_format: str, max_pixels: int
) -> Callable[[Frame], Image.Image]:
    """Return a function that decodes a frame to RGBA of 8 bits, in the colours of the file."""
    sample_bits = (png_sample_bits(data) if source_format == "PNG" else None) or 8

    def pixels_of(frame: Frame) -> Image.Image:
        left, upper, right, lower = frame.box
        if (right - left) * (lower - upper) > max_pixels:
            raise DecodeError("a frame is much larger than the picture")
        image = open_image(frame.file(), source_format)
        call_decoder(image.load)
        return to_eight_bits(image, sample_bits=sample_bits).convert("RGBA")

    return pixels_of


def _mode(canvas: Image.Image, *, is_grey: bool) -> str:
    """Return the mode for pixels in RGBA; grey stays grey, as its profile is for grey."""
    is_opaque = canvas.getchannel("A").getextrema() == (255, 255)
    colours = "L" if is_grey else "RGB"
    return colours if is_opaque else f"{colours}A"


def _duration_ms(image: Image.Image) -> int:
    duration: object = image.info.get("duration")
    if not isinstance(duration, int | float) or not math.isfinite(duration):
        return 0
    return max(0, round(duration))
