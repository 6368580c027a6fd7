"""Where the pixels of a variant come from: crop, scale, canvas. Pure arithmetic."""

from dataclasses import dataclass, replace
from enum import StrEnum

Size = tuple[int, int]

Place = tuple[float, float]
"""The shares of the free space that are left of something and above it: 0 to 1."""


class Fit(StrEnum):
    """How a picture and its box are brought together, by the names of CSS and sharp."""

    INSIDE = "inside"
    """All of it, no larger than the box."""
    COVER = "cover"
    """A part of it, in the proportions of the box."""
    CONTAIN = "contain"
    """All of it, in the middle of a canvas of the box's size."""


class Position(StrEnum):
    """Where something is, or what is taken, by the names of sharp."""

    CENTRE = "centre"
    NORTH = "north"
    NORTHEAST = "northeast"
    EAST = "east"
    SOUTHEAST = "southeast"
    SOUTH = "south"
    SOUTHWEST = "southwest"
    WEST = "west"
    NORTHWEST = "northwest"

    @property
    def place(self) -> Place:
        """The same as shares."""
        across = 0.0 if "west" in self else 1.0 if "east" in self else 0.5
        down = 0.0 if "north" in self else 1.0 if "south" in self else 0.5
        return across, down


ATTENTION = "attention"
"""Asks for the part that people look at; see `handler.images.render.attention`."""

_CENTRE: Place = (0.5, 0.5)


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

    def moved_to(self, left: float, upper: float) -> "Layout":
        """Return the same with another crop of the same size."""
        width, height = self.crop[2] - self.crop[0], self.crop[3] - self.crop[1]
        return replace(self, crop=(left, upper, left + width, upper + height))


def lay_out(
    source: Size,
    box: tuple[int | None, int | None],
    *,
    fit: Fit = Fit.INSIDE,
    enlarge: bool = False,
    max_side: int,
    place: Place = _CENTRE,
) -> Layout:
    """Place a picture.

    Args:
        source: Size of the picture.
        box: Largest width and height. Both are given unless the fit is inside.
        fit: How it is placed in the box.
        enlarge: Whether the picture may be scaled up. If not, a box that it cannot cover shrinks,
            and one that it does not fill is filled up by the canvas.
        max_side: What the format can hold, in pixels.
        place: Which part of it covers the box.
    """
    if fit is Fit.COVER:
        return _cover(source, _bounded(box, max_side), place, enlarge=enlarge)
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


def _cover(source: Size, box: Size, place: Place, *, enlarge: bool) -> Layout:
    width, height = source
    shrink = 1 if enlarge else min(1, width / box[0], height / box[1])
    size = max(1, round(box[0] * shrink)), max(1, round(box[1] * shrink))
    scale = min(width / size[0], height / size[1])
    taken = min(width, size[0] * scale), min(height, size[1] * scale)
    left, upper = (width - taken[0]) * place[0], (height - taken[1]) * place[1]
    crop = (left, upper, min(width, left + taken[0]), min(height, upper + taken[1]))
    return Layout(crop=crop, size=size, canvas=size)


def _bounded(box: tuple[int | None, int | None], max_side: int) -> Size:
    return min(box[0] or max_side, max_side), min(box[1] or max_side, max_side)
