"""Generated TIFF files of all layouts, with the samples that are expected of them."""

import random
import struct
from collections.abc import Sequence

import pyvips

from tests.handler.images.codecs.tiff_files import (
    BLACK_IS_ZERO,
    CMYK,
    DEFLATE,
    FLOAT,
    LZW,
    PACKBITS,
    RGB,
    SIGNED,
    UNCOMPRESSED,
    UNSIGNED,
    WHITE_IS_ZERO,
    Layout,
)

WIDTH, HEIGHT = 19, 21
COLOURS = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, CMYK: 4}
DEPTHS = [
    *[(UNSIGNED, bits) for bits in (1, 2, 4, 8, 8, 10, 12, 14, 16, 16, 24, 32)],
    *[(SIGNED, bits) for bits in (8, 16, 32)],
    *[(FLOAT, bits) for bits in (16, 32, 32, 64)],
]
EXTRAS: list[tuple[int, ...]] = [(), (), (0,), (1,), (2,), (2, 0), (0, 2), (0, 0, 0, 0)]
BY_LIBVIPS = {
    *[(UNSIGNED, bits) for bits in (8, 16, 32)],
    *[(SIGNED, bits) for bits in (8, 16, 32)],
    *[(FLOAT, bits) for bits in (16, 32)],
}


def generated(seed: int) -> Layout:
    """Draw one of all combinations."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    sample_format, bits = draw.choice(DEPTHS)
    photometric = draw.choice(list(COLOURS))
    extra = draw.choice(EXTRAS)
    compression = draw.choice([UNCOMPRESSED, LZW, DEFLATE, PACKBITS])
    differences = [1, 2] if bits in (8, 16, 32) and sample_format != FLOAT else [1]
    if sample_format == FLOAT:
        differences = [1, 3]
    return Layout(
        photometric=photometric,
        bits=bits,
        samples=COLOURS[photometric] + len(extra),
        sample_format=sample_format,
        extra=extra or None,
        order=draw.choice("<>"),
        big=draw.random() < 0.3,
        planar=draw.choice([1, 1, 2]),
        tile=draw.choice([None, None, 16]),
        compression=compression,
        predictor=draw.choice(differences) if compression in (LZW, DEFLATE) else 1,
    )


def alpha_of(layout: Layout) -> int | None:
    for index, meaning in enumerate(layout.extra or ()):
        if meaning:
            return COLOURS[layout.photometric] + index
    return None


def samples_of(layout: Layout, seed: int) -> list[list[float]]:
    """Draw the samples of each pixel; colours multiplied by alpha do not exceed it."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    alpha, pixels = alpha_of(layout), list[list[float]]()
    for _ in range(WIDTH * HEIGHT):
        pixel = [_sample(draw, layout) for _ in range(layout.samples)]
        if alpha is not None and is_associated(layout):
            pixel = [min(sample, pixel[alpha]) for sample in pixel]
        pixels.append(pixel)
    return pixels


def _sample(draw: random.Random, layout: Layout) -> float:
    if layout.sample_format == FLOAT:
        return draw.randrange(1025) / 1024
    lowest = -(2 ** (layout.bits - 1)) if layout.sample_format == SIGNED else 0
    return lowest + draw.randrange(2**layout.bits)


def seen_by_libvips(data: bytes, layout: Layout) -> list[list[float]]:
    """Decode the samples of each pixel, with white as the highest value of unsigned grey."""
    image = pyvips.Image.new_from_buffer(data, "")
    assert (image.width, image.height, image.bands) == (WIDTH, HEIGHT, layout.samples)
    numbers = struct.unpack(
        f"{WIDTH * HEIGHT * image.bands}d", image.cast("double").write_to_memory()
    )
    return [
        list(numbers[start : start + image.bands]) for start in range(0, len(numbers), image.bands)
    ]


def by_specification(written: Sequence[Sequence[float]], layout: Layout) -> list[list[float]]:
    """Return what `seen_by_libvips` would, from what was written."""
    if layout.photometric != WHITE_IS_ZERO or layout.sample_format != UNSIGNED:
        return [list(pixel) for pixel in written]
    return [[2**layout.bits - 1 - pixel[0], *pixel[1:]] for pixel in written]


def expected_channels(
    pixels: Sequence[Sequence[float]], layout: Layout, *, is_divided: bool
) -> list[list[float]]:
    """Return colours and alpha of each pixel, 0-255 and not rounded.

    Args:
        pixels: Samples of each pixel.
        layout: How they were stored.
        is_divided: Whether colours are divided by associated alpha already.
    """
    colours, alpha = COLOURS[layout.photometric], alpha_of(layout)
    every = [sample for pixel in pixels for sample in pixel[:colours]]
    low, high = min(every), max(every)
    if layout.sample_format == FLOAT:
        low, high = 0, 1
    elif layout.sample_format == UNSIGNED and layout.bits < 32:
        low, high = 0, 2**layout.bits - 1
    most = {1: 2**layout.bits - 1, 2: 2 ** (layout.bits - 1) - 1, 3: 1}[layout.sample_format]
    shown = list[list[float]]()
    for pixel in pixels:
        scaled = [(sample - low) * 255 / (high - low) for sample in pixel[:colours]]
        if alpha is not None:
            opacity = min(max(pixel[alpha] * 255 / most, 0), 255)
            if is_associated(layout) and not is_divided:
                scaled = [min(each * 255 / opacity, 255) if opacity else each for each in scaled]
            scaled.append(opacity)
        shown.append(scaled)
    return shown


def is_associated(layout: Layout) -> bool:
    return 1 in (layout.extra or ())


def is_read_by_libvips(layout: Layout) -> bool:
    """Return whether libvips 8.18 reads the samples right.

    Of separate planes it reads only the first strips right, and it divides by associated alpha of
    32 bits or floating point as if it were of 8 or 16 bits.
    """
    depth = layout.sample_format, layout.bits
    is_divided = is_associated(layout) and depth not in ((UNSIGNED, 8), (UNSIGNED, 16))
    return layout.planar == 1 and depth in BY_LIBVIPS and not is_divided


def is_refused(layout: Layout) -> bool:
    """Return whether the layout is one of those that are not read."""
    is_cmyk, depth = layout.photometric == CMYK, (layout.sample_format, layout.bits)
    ranged = layout.sample_format == SIGNED or depth == (UNSIGNED, 32)
    packed = depth[0] == UNSIGNED and depth[1] in (10, 12, 14, 24)
    not_divisible = packed or depth[0] == SIGNED or layout.photometric == WHITE_IS_ZERO
    of_bytes = layout.predictor == 3 or (layout.predictor == 2 and layout.bits == 8)
    together = layout.samples if layout.planar == 1 else 1
    return (
        (is_cmyk and (alpha_of(layout) is not None or ranged))
        or (is_associated(layout) and not_divisible)
        or (of_bytes and together > 4 and not is_read_by_pillow(layout))
    )


def is_read_by_pillow(layout: Layout) -> bool:
    return (layout.sample_format, layout.bits, layout.photometric, layout.planar) in (
        (UNSIGNED, 8, RGB, 1),
        (UNSIGNED, 8, CMYK, 1),
    ) and layout.extra not in ((0, 0, 0, 0), (0, 2))
