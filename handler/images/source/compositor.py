"""Composition of the frames of a GIF or APNG on a transparent canvas, as browsers do it.

https://www.w3.org/Graphics/GIF/spec-gif89a.txt, section 23, where browsers restore transparency
instead of the background colour, and https://www.w3.org/TR/png-3/#apng-frame-based-animation.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from PIL import Image

from handler.images.geometry import Size

Box = tuple[int, int, int, int]
"""Left, upper, right and lower edge."""


class Disposal(Enum):
    """What happens to the rectangle of a frame after the frame was shown."""

    KEEP = "keep"
    CLEAR = "clear"
    """It becomes transparent."""
    RESTORE = "restore"
    """It becomes what it was before the frame."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """A frame as stored."""

    box: Box
    """Its rectangle, which can exceed the canvas or be empty."""
    duration_ms: int
    disposal: Disposal
    is_blended: bool
    """Whether the canvas shows through transparent pixels, or is replaced by them."""
    file: Callable[[], bytes]
    """Returns a still image of the format of the container with the pixels of the frame, without
    rows below the canvas.

    Raises `DecodeError` if the data are damaged."""


def composed(
    frames: Iterable[Frame], canvas_size: Size, pixels_of: Callable[[Frame], Image.Image]
) -> Iterator[tuple[Image.Image, int]]:
    """Yield the canvas in mode RGBA after each frame, with the duration. The next one changes it.

    Args:
        frames: The frames in their order.
        canvas_size: The size of the picture. What exceeds it is clipped.
        pixels_of: Returns the pixels of a frame in mode RGBA. Not called for invisible frames.
    """
    canvas = Image.new("RGBA", canvas_size)
    for frame in frames:
        box = visible_box(frame, canvas_size)
        before = canvas.crop(box) if box and frame.disposal is Disposal.RESTORE else None
        if box:
            _draw(canvas, pixels_of(frame), box, is_blended=frame.is_blended)
        yield canvas, frame.duration_ms
        if box and frame.disposal is Disposal.CLEAR:
            canvas.paste((0, 0, 0, 0), box)
        elif box and before:
            canvas.paste(before, box)


def visible_box(frame: Frame, canvas_size: Size) -> Box | None:
    """Return the part of a frame's rectangle on the canvas; None if there is none."""
    left, upper, right, lower = frame.box
    width, height = canvas_size
    box = left, upper, min(right, width), min(lower, height)
    return box if box[0] < box[2] and box[1] < box[3] else None


def _draw(canvas: Image.Image, pixels: Image.Image, box: Box, *, is_blended: bool) -> None:
    left, upper, right, lower = box
    shown = pixels.crop((0, 0, right - left, lower - upper))
    if is_blended:
        canvas.alpha_composite(shown, (left, upper))
    else:
        canvas.paste(shown, (left, upper))
