"""Layout of the samples of a TIFF, by its tags. Pure.

Tags and their defaults: TIFF 6.0, https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import cast

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR = 0, 1, 2, 3, 5, 6
CIELAB, ICCLAB = 8, 9
UNSIGNED, SIGNED, FLOAT = 1, 2, 3
ASSOCIATED_ALPHA, UNASSOCIATED_ALPHA, _COREL_ALPHA = 1, 2, 999
SEPARATE_PLANES = 2
DIFFERENCES, FLOAT_DIFFERENCES = 2, 3
"""Values of Predictor; 1 is none."""

COLOUR_SAMPLES = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, CMYK: 4, CIELAB: 3, ICCLAB: 3}

OF_BYTES = (1, 5, 8, 32773, 32946, 34925, 50000)
"""Compressions of bytes, whatever they mean: none, LZW, Deflate, PackBits, LZMA, Zstandard."""


class Tag(IntEnum):
    """Tags that describe the layout."""

    WIDTH = 256
    HEIGHT = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    STRIP_OFFSETS = 273
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_BYTES = 279
    PLANAR = 284
    PREDICTOR = 317
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_OFFSETS = 324
    TILE_BYTES = 325
    INK_SET = 332
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How the samples of a picture are stored."""

    width: int
    """In pixels; so is `height`. As stored, not turned by the orientation."""
    height: int
    big_endian: bool
    bits: tuple[int, ...]
    """Of each sample of a pixel."""
    formats: tuple[int, ...]
    photometric: int
    extra: tuple[int, ...]
    compression: int
    planar: int
    predictor: int
    fill_order: int
    ink_set: int

    @property
    def samples(self) -> int:
        """Samples of a pixel."""
        return len(self.bits)

    @property
    def together(self) -> int:
        """Samples of a pixel that are stored next to each other."""
        return 1 if self.planar == SEPARATE_PLANES else self.samples

    @property
    def alpha(self) -> int | None:
        """Index of the sample with alpha; None if there is none."""
        colours = COLOUR_SAMPLES.get(self.photometric, self.samples)
        for index, meaning in enumerate(self.extra[: max(self.samples - colours, 0)]):
            if meaning in (ASSOCIATED_ALPHA, UNASSOCIATED_ALPHA, _COREL_ALPHA):
                return colours + index
        # Without the tag that is due, the fourth sample of RGB is alpha, as for libvips and Pillow.
        return colours if not self.extra and self.samples == colours + 1 else None

    @property
    def is_associated(self) -> bool:
        """Whether colours are multiplied by alpha."""
        return self.alpha is not None and ASSOCIATED_ALPHA in self.extra


def layout_of(value_of: Callable[[int], object], *, big_endian: bool) -> Layout | None:
    """Return the layout; None if it has no size or a tag has a value of a wrong type.

    Args:
        value_of: Returns the value of a tag, a number or a tuple of numbers, or None.
        big_endian: The byte order of the file.
    """
    read = {tag: _numbers(value_of(tag)) for tag in Tag}
    samples = (read[Tag.SAMPLES] or (1,))[0]
    if not (read[Tag.WIDTH] and read[Tag.HEIGHT] and 1 <= samples < 2**16):
        return None

    def first(tag: Tag, default: int) -> int:
        return (read[tag] or (default,))[0]

    return Layout(
        width=first(Tag.WIDTH, 0),
        height=first(Tag.HEIGHT, 0),
        big_endian=big_endian,
        bits=_for_each_sample(read[Tag.BITS] or (1,), samples),
        formats=_for_each_sample(read[Tag.SAMPLE_FORMAT] or (UNSIGNED,), samples),
        photometric=first(Tag.PHOTOMETRIC, WHITE_IS_ZERO),
        extra=read[Tag.EXTRA_SAMPLES],
        compression=first(Tag.COMPRESSION, 1),
        planar=first(Tag.PLANAR, 1),
        predictor=first(Tag.PREDICTOR, 1),
        fill_order=first(Tag.FILL_ORDER, 1),
        ink_set=first(Tag.INK_SET, 1),
    )


def _numbers(value: object) -> tuple[int, ...]:
    values = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
    return tuple(each for each in values if isinstance(each, int))


def _for_each_sample(values: Sequence[int], samples: int) -> tuple[int, ...]:
    """Repeat a single value, as writers often store one for all samples; drop further ones."""
    return tuple(values[:samples]) if len(values) >= samples else (values[0],) * samples
