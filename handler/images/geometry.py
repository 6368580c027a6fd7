"""Crop, scale and canvas of a variant. Pure arithmetic."""

from dataclasses import dataclass, replace
from enum import StrEnum

Size = tuple[int, int]

Place = tuple[float, float]
"""Position as shares of the free space that lie to the left and above: 0 to 1 each."""


class Fit(StrEnum):
    """Fit of a picture in its box, with the names of CSS and sharp."""

    INSIDE = "inside"
    """The whole picture, no larger than the box."""
    COVER = "cover"
    """A crop of the picture, in the proportions of the box."""
    CONTAIN = "contain"
    """The whole picture, centred on a canvas of the box's size."""


class Position(StrEnum):
    """Position of a crop or a watermark, with the names of sharp."""

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
        """The position as shares."""
        across = 0.0 if "west" in self else 1.0 if "east" in self else 0.5
        down = 0.0 if "north" in self else 1.0 if "south" in self else 0.5
        return across, down


ATTENTION = "attention"
"""Crop position chosen by saliency; see `handler.images.render.attention`."""

_CENTRE: Place = (0.5, 0.5)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Crop, scaled size and canvas of a variant."""

    crop: tuple[float, float, float, float]
    """Left, upper, right and lower edge of the crop, in pixels of the picture."""
    size: Size
    """Size that the crop is scaled to."""
    canvas: Size
    """Size of the variant, on which the scaled crop is centred."""

    @property
    def scale(self) -> float:
        """Pixels of the variant per pixel of the picture, along one side."""
        left, upper, right, lower = self.crop
        return max(self.size[0] / (right - left), self.size[1] / (lower - upper))

    @property
    def shrinks(self) -> bool:
        """Whether the crop is scaled down."""
        left, upper, right, lower = self.crop
        return self.size[0] < right - left or self.size[1] < lower - upper

    def moved_to(self, left: float, upper: float) -> "Layout":
        """Return the same layout with its crop moved."""
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
    """Return the layout of a variant.

    Args:
        source: Size of the picture.
        box: Largest width and height. Both are given unless the fit is inside.
        fit: How the picture fits the box.
        enlarge: Whether the picture may be scaled up. If not, a box that it cannot cover shrinks,
            and one that it does not fill is padded by the canvas.
        max_side: Largest side that the format can hold, in pixels.
        place: Position of the crop that covers the box.
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
