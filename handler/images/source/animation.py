"""Decoding of animations: composed frames, durations and loop count."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from handler.images.codecs.decode_errors import DecodeError, call_decoder

ANIMATED_FORMATS = ("GIF", "WEBP", "PNG")
"""Formats with animations. In the others, further images are pages, sizes or views."""


@dataclass(frozen=True, kw_only=True)
class Animation:
    """An animation of at least two frames."""

    frames: tuple[Image.Image, ...]
    """Complete frames, upright, in sRGB; mode RGB or RGBA, the same for all."""
    durations_ms: tuple[int, ...]
    """Duration of each frame. Short ones are kept, although browsers show them for longer."""
    loop_count: int
    """How often the animation plays; 0 for endless."""


def frame_count(image: Image.Image, source_format: str) -> int:
    """Return the number of frames, 1 for a still image."""
    if source_format not in ANIMATED_FORMATS:
        return 1
    return max(1, _images(image) - _first(image))


def read_animation(
    image: Image.Image, source_format: str, transform: Callable[[Image.Image], Image.Image]
) -> Animation | None:
    """Decode all frames; None for a still image.

    Args:
        image: Loaded, at its first frame.
        source_format: One of `handler.images.input_formats.READABLE`.
        transform: Makes a frame upright and sRGB. It may change its argument.

    Raises:
        DecodeError: If a frame is damaged.
    """
    if frame_count(image, source_format) < 2:
        return None
    loop_count = _loop_count(image, source_format)
    shown = list(_shown(image, transform))
    mode = "RGBA" if any(frame.has_transparency_data for frame, _ in shown) else "RGB"
    return Animation(
        frames=tuple(frame.convert(mode) for frame, _ in shown),
        durations_ms=tuple(duration for _, duration in shown),
        loop_count=loop_count,
    )


def _images(image: Image.Image) -> int:
    frames: object = call_decoder(getattr, image, "n_frames", 1)
    return frames if isinstance(frames, int) else 1


def _first(image: Image.Image) -> int:
    """Return the index of the first frame: a PNG may start with a still image for viewers without
    APNG support, which is not a frame.
    """
    return int(bool(image.info.get("default_image")))


def _loop_count(image: Image.Image, source_format: str) -> int:
    """Return how often an animation plays. A GIF stores the number of repetitions, or nothing if it
    plays once; WebP and APNG store the number of plays.
    """
    declared: object = image.info.get("loop")
    if source_format != "GIF":
        return declared if isinstance(declared, int) else 0
    return declared + bool(declared) if isinstance(declared, int) else 1


def _shown(
    image: Image.Image, transform: Callable[[Image.Image], Image.Image]
) -> Iterator[tuple[Image.Image, int]]:
    canvas = image.size
    for index in range(_first(image), _images(image)):
        call_decoder(image.seek, index)
        if image.size != canvas:  # Pillow enlarges a GIF for a frame that exceeds its canvas
            raise DecodeError(f"frame {index} does not lie within the picture")
        call_decoder(image.load)
        yield transform(image.copy()), _duration_ms(image)


def _duration_ms(image: Image.Image) -> int:
    duration: object = image.info.get("duration")
    if not isinstance(duration, int | float) or not math.isfinite(duration):
        return 0
    return max(0, round(duration))
