"""Conversion of stored samples to channels of 8 bits."""

import struct
from array import array
from collections.abc import Sequence
from functools import cache
from math import gcd
from sys import byteorder
from typing import Literal

from PIL import Image

from handler.images.codecs.eight_bits import from_range, from_sixteen_bits, look_up, multiplied
from handler.images.codecs.tiff.layout import (
    COLOUR_SAMPLES,
    FLOAT,
    FLOAT_DIFFERENCES,
    SIGNED,
    UNSIGNED,
    Layout,
)
from handler.images.geometry import Size

_CODES: dict[int, Literal["B", "H", "I", "Q"]] = {8: "B", 16: "H", 32: "I", 64: "Q"}
_WINDOW_BITS = 16
_SCALED_BY_BITS = 16
"""Bits up to which whole samples are scaled by their bits; those in between are windows by then."""


def channels(planes: Sequence[bytes], size: Size, layout: Layout) -> list[Image.Image]:
    """Return each sample of a pixel as an image of 0-255: in mode L, or in mode F not yet rounded.

    Integers of 1-24 bits are scaled by their bits. Other samples are scaled by one range for all
    colours, as `handler.images.codecs.eight_bits.from_range` does.

    Args:
        planes: Stored rows, as `handler.images.codecs.tiff.stored` returns them.
        size: Of the rows in pixels; they may be wider than the picture.
        layout: A layout for which `reads_itself`.
    """
    bits, together = layout.bits[0], layout.together
    if layout.formats[0] == UNSIGNED and bits not in (8, 16, 32):
        planes = [_eight_bit_rows(plane, size, layout) for plane in planes]
        bits = 8
    code = _CODES[bits]
    separate = [
        memoryview(plane).cast(code)[first::together].tobytes()
        for plane in planes
        for first in range(together)
    ]
    shown = (0, 0, layout.width, layout.height)
    images = [_image(each, size, bits, layout).crop(shown) for each in separate]
    if layout.formats[0] == UNSIGNED and bits <= _SCALED_BY_BITS:
        return [each if each.mode == "L" else _by_highest(each, layout) for each in images]
    colours = COLOUR_SAMPLES[layout.photometric]
    extra = images[colours:]
    return [*from_range(images[:colours]), *(_by_highest(each, layout) for each in extra)]


def _image(data: bytes, size: Size, bits: int, layout: Layout) -> Image.Image:
    """Return samples in mode L if they can be rounded already, otherwise as they are in mode F."""
    if layout.formats[0] != UNSIGNED or bits > _SCALED_BY_BITS:
        return _floating(data, size, layout)
    if bits == 8:
        return Image.frombytes("L", size, data)
    if layout.is_associated:
        return _floating(data, size, layout)
    raw_mode = "I;16B" if layout.big_endian else "I;16"
    return from_sixteen_bits(Image.frombytes("I;16", size, data, "raw", raw_mode))


def _floating(data: bytes, size: Size, layout: Layout) -> Image.Image:
    """Return samples of any format in mode F."""
    # The bytes of a floating point predictor are merged to little-endian samples.
    big = layout.big_endian and not (
        layout.predictor == FLOAT_DIFFERENCES and layout.compression != 1
    )
    bits, sample_format = layout.bits[0], layout.formats[0]
    if (sample_format, bits) == (FLOAT, 16):
        order = ">" if big else "<"
        data = array("f", struct.unpack(f"{order}{len(data) // 2}e", data)).tobytes()
        big, bits = byteorder == "big", 32
    endian = "B" if big and bits > 8 else ""
    if sample_format == FLOAT:
        return Image.frombytes("F", size, data, "raw", f"F;{bits}{endian}F")
    sign = "S" if sample_format == SIGNED else ""
    return Image.frombytes("F", size, data, "raw", f"F;{bits}{endian}{sign}")


def _by_highest(image: Image.Image, layout: Layout) -> Image.Image:
    """Scale so that 1, or the highest integer, becomes 255."""
    bits, sample_format = layout.bits[0], layout.formats[0]
    highest = 1 if sample_format == FLOAT else 2 ** (bits - (sample_format == SIGNED)) - 1
    return multiplied(image, 255 / highest)


def _eight_bit_rows(plane: bytes, size: Size, layout: Layout) -> bytes:
    """Return packed samples of any number of bits as bytes.

    Each sample is looked up by the 16 bits from the byte on in which it starts. Samples that start
    at the same bit of a group of whole bytes are looked up together.
    """
    width, height = size
    bits, count = layout.bits[0], width * layout.together
    group_samples, group_bytes = 8 // gcd(bits, 8), bits // gcd(bits, 8)
    groups = -(-count // group_samples)
    row_bytes = -(-count * bits // 8)
    padding = bytes(groups * group_bytes - row_bytes)
    rows = b"".join(
        plane[start : start + row_bytes] + padding
        for start in range(0, row_bytes * height, row_bytes)
    )
    after = rows[1:] + b"\0"
    samples = bytearray(group_samples * groups * height)
    for index in range(group_samples):
        first, shift = divmod(index * bits, 8)
        window = bytearray(2 * groups * height)
        window[0::2], window[1::2] = rows[first::group_bytes], after[first::group_bytes]
        image = Image.frombytes("I;16", (groups, height), bytes(window), "raw", "I;16B")
        table = list(_window_table(bits, shift))
        samples[index::group_samples] = look_up(image.convert("I"), table).tobytes()
    whole = Image.frombytes("L", (group_samples * groups, height), bytes(samples))
    return whole.crop((0, 0, count, height)).tobytes()


@cache
def _window_table(bits: int, shift: int) -> Sequence[int]:
    """Return the 8-bit value of a sample for each value of 16 bits in which it starts."""
    known = min(bits, _WINDOW_BITS - shift)
    mask, rest = 2**known - 1, _WINDOW_BITS - shift - known
    scaled = [(2 * 255 * sample + mask) // (2 * mask) for sample in range(mask + 1)]
    return [scaled[window >> rest & mask] for window in range(2**_WINDOW_BITS)]
