"""Transposition of stored pixels to upright ones."""

from PIL import Image

_TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""Transposition that undoes each EXIF orientation except 1, upright; Exif 3.0, tag Orientation."""


def upright(pixels: Image.Image, turned: int) -> Image.Image:
    """Return pixels of an EXIF orientation, 1-8, as displayed; the same object if it is 1."""
    turn = _TRANSPOSITIONS.get(turned)
    return pixels if turn is None else pixels.transpose(turn)
