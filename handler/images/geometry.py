"""Where the pixels of a variant come from: crop, scale, canvas. Pure arithmetic."""

from dataclasses import dataclass
from enum import StrEnum

Size = tuple[int, int]


class Fit(StrEnum):
    """How a picture and its box are brought together, by the names of CSS and sharp."""

    INSIDE = "inside"
    """All of it, no larger than the box."""
    COVER = "cover"
    """The middle of it, in the proportions of the box."""
    CONTAIN = "contain"
    """All of it, in the middle of a canvas of the box's size."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a picture becomes a variant.

    Attributes:
        crop: What is taken of the picture: left, upper, right and lower edge, in its pixels.
        size: What that is scaled to.
        canvas: The size of the variant, with what is scaled in its middle.
    """

    crop: tuple[float, float, float, float]
    size: Size
    canvas: Size

    @property
    def scale(self) -> float:
        """How many pixels of the variant there are for one of the picture, along one side."""
        left, upper, right, lower = self.crop
        return max(self.size[0] / (right - left), self.size[1] / (lower - upper))

    @property
    def shrinks(self) -> bool:
        """Whether there are fewer pixels than were taken."""
        left, upper, right, lower = self.crop
        return self.size[0] < right - left or self.size[1] < lower - upper


def lay_out(
    source: Size,
    box: tuple[int | None, int | None],
    *,
    fit: Fit = Fit.INSIDE,
    enlarge: bool = False,
    max_side: int,
) -> Layout:
    """Place a picture.

    Args:
        source: Size of the picture.
        box: Largest width and height. Both are given unless the fit is inside.
        fit: How it is placed in the box.
        enlarge: Whether the picture may be scaled up. If not, a box that it cannot cover shrinks,
            and one that it does not fill is filled up by the canvas.
        max_side: What the format can hold, in pixels.
    """
    if fit is Fit.COVER:
        return _cover(source, _bounded(box, max_side), enlarge=enlarge)
    size = _inside(source, box, enlarge=enlarge, max_side=max_side)
    canvas = _bounded(box, max_side) if fit is Fit.CONTAIN else size
    return Layout(crop=(0, 0, *source), size=size, canvas=canvas)


def _inside(
    source: Size, box: tuple[int | None, int | None], *, enlarge: bool, max_side: int
) -> Size:
    width, height = source
    is_bounded = box != (None, None)
    scale = min(
        min(box[0] or max_side, max_side) / width,
        min(box[1] or max_side, max_side) / height,
        *(() if enlarge and is_bounded else (1,)),
    )
    return max(1, round(width * scale)), max(1, round(height * scale))


def _cover(source: Size, box: Size, *, enlarge: bool) -> Layout:
    width, height = source
    shrink = 1 if enlarge else min(1, width / box[0], height / box[1])
    size = max(1, round(box[0] * shrink)), max(1, round(box[1] * shrink))
    scale = min(width / size[0], height / size[1])
    left, upper = (width - size[0] * scale) / 2, (height - size[1] * scale) / 2
    crop = (max(0, left), max(0, upper), min(width, width - left), min(height, height - upper))
    return Layout(crop=crop, size=size, canvas=size)


def _bounded(box: tuple[int | None, int | None], max_side: int) -> Size:
    return min(box[0] or max_side, max_side), min(box[1] or max_side, max_side)
