"""How long frames are shown and how often all are, within what WebP and PNG can hold.

`handler.images.render.gif` does the same for GIF.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handler.images.variants.output_formats import ImageFormat

_MAX_PLAYS: Mapping[ImageFormat, int] = {
    ImageFormat.WEBP: 2**16 - 1,
    ImageFormat.PNG: 2**31 - 1,
}
"""https://developers.google.com/speed/webp/docs/riff_container, chunk ANIM;
https://www.w3.org/TR/png-3/#acTL-chunk"""
_MAX_DURATION_MS: Mapping[ImageFormat, int] = {
    ImageFormat.WEBP: 2**24 - 1,
    ImageFormat.PNG: (2**16 - 1) * 1_000,
}
"""Chunks ANMF and fcTL there; the latter has a fraction of two numbers of 16 bits."""
_MAX_WEBP_TIME_MS = 2**31 - 1
"""Of all frames together: libwebp's encoder counts in a C int."""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How an animation plays.

    Attributes:
        durations_ms: How long each frame is shown.
        plays: How often all are shown; 0 for ever.
    """

    durations_ms: tuple[int, ...]
    loop_count: int


def timing_in(image_format: ImageFormat, durations_ms: Sequence[int], loop_count: int) -> Timing:
    """Return the nearest that a format can hold; for ever stays for ever."""
    longest_ms = _MAX_DURATION_MS[image_format]
    if image_format is ImageFormat.WEBP:
        longest_ms = min(longest_ms, _MAX_WEBP_TIME_MS // len(durations_ms))
    durations_ms = [min(duration_ms, longest_ms) for duration_ms in durations_ms]
    if image_format is ImageFormat.PNG:
        durations_ms = [_as_fraction_ms(duration_ms) for duration_ms in durations_ms]
    return Timing(
        durations_ms=tuple(durations_ms), loop_count=min(loop_count, _MAX_PLAYS[image_format])
    )


def _as_fraction_ms(duration_ms: int) -> int:
    """Return whole seconds where there are too many milliseconds for 16 bits."""
    return duration_ms if duration_ms < 2**16 else round(duration_ms, -3)
