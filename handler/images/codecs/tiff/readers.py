"""Decision whose code reads the layout of a TIFF. Pure."""

from handler.images.codecs.tiff.layout import (
    BLACK_IS_ZERO,
    COLOUR_SAMPLES,
    FLOAT,
    OF_BYTES,
    PALETTE,
    SEPARATE_PLANES,
    SIGNED,
    UNSIGNED,
    WHITE_IS_ZERO,
    YCBCR,
    Layout,
)

_MAX_SAMPLES = 16
_MAX_PILLOW_EXTRA = 3
_BITS = {UNSIGNED: (*range(1, 25), 32), SIGNED: (8, 16, 32), FLOAT: (16, 32, 64)}
"""Known bits per sample of each format. Up to 24, integers are scaled by their bits; other samples
are scaled by their range."""

_PREDICTED_TOGETHER = 4
"""Samples of a pixel for which libtiff can add differences of bytes through Pillow."""


def reads_itself(layout: Layout) -> bool:
    """Return whether the layout is read by `handler.images.codecs.tiff`, and not by Pillow."""
    return not _pillow_reads(layout) and _has_known_samples(layout) and _has_known_bytes(layout)


def _pillow_reads(layout: Layout) -> bool:
    """Return whether Pillow reads the layout right, or nothing else reads it."""
    if layout.compression not in OF_BYTES or layout.photometric in (PALETTE, YCBCR):
        return True
    colours = COLOUR_SAMPLES.get(layout.photometric, 0)
    is_plain = layout.planar != SEPARATE_PLANES and layout.fill_order == 1
    is_plain = is_plain and len(layout.extra) == layout.samples - colours
    if set(layout.formats) == {FLOAT}:
        is_grey = layout.photometric in (WHITE_IS_ZERO, BLACK_IS_ZERO)
        # Pillow swaps the bytes again that libtiff has swapped.
        is_plain = is_plain and not (layout.big_endian and layout.compression != 1)
        return is_grey and is_plain and layout.bits == (32,)
    if len(set(layout.bits)) > 1 or set(layout.formats) != {UNSIGNED}:
        return False
    bits = layout.bits[0]
    match layout.photometric:
        case 0 | 1 if layout.samples == 1:
            is_wide = bits == 16 and layout.photometric == BLACK_IS_ZERO and is_plain
            return is_wide or (bits in (1, 2, 4, 8) and not layout.extra)
        case 2:
            most_extra = {8: _MAX_PILLOW_EXTRA, 16: int(not layout.is_associated)}.get(bits, -1)
            alpha = layout.alpha
            first_is_alpha = alpha is None or alpha == colours
            return is_plain and len(layout.extra) <= most_extra and first_is_alpha
        case 5 if layout.ink_set == 1:
            return is_plain and bits in (8, 16) and not layout.extra
        case 8:
            return is_plain and bits == 8 and not layout.extra
        case _:
            return False


def _has_known_samples(layout: Layout) -> bool:
    if len({*layout.bits}) > 1 or len({*layout.formats}) > 1:
        return False
    bits, is_unsigned = layout.bits[0], layout.formats[0] == UNSIGNED
    match layout.photometric:
        case 0:
            is_known = not layout.is_associated  # what is multiplied then, is nowhere defined
        case 1 | 2:
            is_known = not layout.is_associated or _is_divisible(layout)
        case 5:
            is_plain = layout.ink_set == 1 and layout.alpha is None
            is_known = is_plain and (bits != 32 if is_unsigned else layout.formats[0] == FLOAT)
        case 8 | 9:
            is_known = is_unsigned and bits in (8, 16) and layout.alpha is None
        case _:
            return False
    enough = COLOUR_SAMPLES[layout.photometric] <= layout.samples <= _MAX_SAMPLES
    return is_known and enough and bits in _BITS.get(layout.formats[0], ())


def _is_divisible(layout: Layout) -> bool:
    """Return whether colours can be divided by alpha without loss."""
    if layout.formats[0] == UNSIGNED:
        return layout.bits[0] in (1, 2, 4, 8, 16, 32)
    return layout.formats[0] == FLOAT


def _has_known_bytes(layout: Layout) -> bool:
    bits = layout.bits[0]
    match layout.predictor:
        case 1:
            return True
        case 2 if layout.compression != 1:
            return bits in (16, 32) or (bits == 8 and layout.together <= _PREDICTED_TOGETHER)
        case 3 if layout.compression != 1:
            return layout.formats[0] == FLOAT and layout.together <= _PREDICTED_TOGETHER
        case _:
            return layout.compression == 1  # it is ignored then
