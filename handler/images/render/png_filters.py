"""Filters of PNG, which make rows of pixels compressible: https://www.w3.org/TR/png-3/#9Filters

Rows are images of mode L, a byte per pixel, so that Pillow filters all rows of a strip at once.
"""

from collections.abc import Callable, Mapping
from enum import IntEnum

from PIL import Image, ImageChops


class Filter(IntEnum):
    """Type of a filter, the first byte of each filtered row.

    Paeth is missing: measured with libdeflate on photographs and graphics, it was never the best.
    """

    NONE = 0
    SUB = 1
    UP = 2
    AVERAGE = 3


def filtered(rows: bytes, row_bytes: int, pixel_bytes: int, kind: Filter) -> bytes:
    """Return rows in the form that is compressed, each with the type of its filter.

    Args:
        rows: The row above, zeros if there is none, and the rows to filter.
        row_bytes: Length of a row.
        pixel_bytes: Distance to the byte of the pixel on the left.
        kind: The filter for all rows.
    """
    height = len(rows) // row_bytes - 1
    size = row_bytes, height + 1
    all_rows = Image.frombuffer("L", size, rows, "raw", "L", 0, 1)
    here = all_rows.crop((0, 1, row_bytes, height + 1))
    out = Image.new("L", (row_bytes + 1, height), kind)
    if kind is Filter.NONE:
        out.paste(here, (1, 0))
    else:
        predicted = _PREDICTIONS[kind](all_rows, pixel_bytes)
        out.paste(ImageChops.subtract_modulo(here, predicted), (1, 0))
    return out.tobytes()


def _left(rows: Image.Image, pixel_bytes: int) -> Image.Image:
    return rows.crop((-pixel_bytes, 1, rows.width - pixel_bytes, rows.height))


def _up(rows: Image.Image, _: int) -> Image.Image:
    return rows.crop((0, 0, rows.width, rows.height - 1))


def _average(rows: Image.Image, pixel_bytes: int) -> Image.Image:
    """Return the average, rounded down."""
    return Image.blend(_left(rows, pixel_bytes), _up(rows, pixel_bytes), 0.5)


_PREDICTIONS: Mapping[Filter, Callable[[Image.Image, int], Image.Image]] = {
    Filter.SUB: _left,
    Filter.UP: _up,
    Filter.AVERAGE: _average,
}
