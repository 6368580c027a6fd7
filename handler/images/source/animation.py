"""The frames of an animation, as they are seen: composed, timed and repeated as the file says."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from handler.images.source.decode_errors import DecodeError, call_decoder

ANIMATED_FORMATS = ("GIF", "WEBP", "PNG")
"""What an animation is taken from. In the others further images are pages, sizes or views."""


@dataclass(frozen=True, kw_only=True)
class Animation:
    """At least two frames.

    Attributes:
        frames: Each the whole picture, upright, in sRGB; mode RGB or RGBA, the same for all.
        durations_ms: How long each is shown. Not raised where it is so short that browsers do.
        plays: How often all are shown; 0 for ever.
    """

    frames: tuple[Image.Image, ...]
    durations_ms: tuple[int, ...]
    loop_count: int


def frame_count(image: Image.Image, source_format: str) -> int:
    """Return how many frames an animation has, 1 for a still image."""
    if source_format not in ANIMATED_FORMATS:
        return 1
    return max(1, _images(image) - _first(image))


def read_animation(
    image: Image.Image, source_format: str, transform: Callable[[Image.Image], Image.Image]
) -> Animation | None:
    """Decode all frames; None for a still image.

    Args:
        image: Loaded, at its first frame.
        source_format: One of `handler.images.source.formats.READABLE`.
        develop: Makes a frame upright and sRGB. It may change the image that it gets.

    Raises:
        DecodeError: If a frame is damaged.
    """
    if frame_count(image, source_format) < 2:
        return None
    loop_count = _plays(image, source_format)
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
    """Return where the animation starts: a PNG may begin with a picture for viewers that know no
    APNG, which is no frame.
    """
    return int(bool(image.info.get("default_image")))


def _plays(image: Image.Image, source_format: str) -> int:
    """Return how often an animation plays. A GIF says how often it is repeated, and without that
    plays once; WebP and APNG say how often it plays in all.
    """
    told: object = image.info.get("loop")
    if source_format != "GIF":
        return told if isinstance(told, int) else 0
    return told + bool(told) if isinstance(told, int) else 1


def _shown(
    image: Image.Image, transform: Callable[[Image.Image], Image.Image]
) -> Iterator[tuple[Image.Image, int]]:
    canvas = image.size
    for index in range(_first(image), _images(image)):
        call_decoder(image.seek, index)
        if image.size != canvas:  # Pillow would enlarge a GIF for a frame that leaves its canvas
            raise DecodeError(f"frame {index} does not lie within the picture")
        call_decoder(image.load)
        yield transform(image.copy()), _duration_ms(image)


def _duration_ms(image: Image.Image) -> int:
    duration: object = image.info.get("duration")
    if not isinstance(duration, int | float) or not math.isfinite(duration):
        return 0
    return max(0, round(duration))
