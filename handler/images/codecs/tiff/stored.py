"""Decompression of the samples of a TIFF to bytes, as they are stored.

libtiff decompresses, through Pillow: it gets a TIFF whose samples are the bytes of the original
ones. So every layout has a mode in Pillow.
"""

import struct
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import accumulate

from PIL import Image, TiffImagePlugin

from handler.images.codecs.decode_errors import DecodeError, call_decoder
from handler.images.codecs.tiff.layout import (
    DIFFERENCES,
    FLOAT_DIFFERENCES,
    Layout,
    Tag,
)

_SHORT, _LONG = 3, 4
_HEADER_BYTES = 8
_BITS_OF_BYTE = 8


@dataclass(frozen=True, kw_only=True)
class Blocks:
    """Where the strips or tiles are."""

    width: int
    """In pixels; so is `height`. A strip is as wide as the picture."""
    height: int
    is_tiled: bool
    offsets: Sequence[int]
    sizes: Sequence[int]
    """In bytes."""


def stored_planes(data: bytes, layout: Layout, blocks: Blocks) -> list[bytes]:
    """Return the bytes of each plane, row by row, each row up to the end of its last tile.

    Args:
        data: The whole file.
        layout: A layout for which `reads_itself`.
        blocks: The blocks of all planes, one plane after the other.

    Raises:
        DecodeError: If they cannot be decompressed.
    """
    planes = layout.samples // layout.together
    per_plane = len(blocks.offsets) // planes
    if per_plane == 0:
        raise DecodeError("the image cannot be decoded: there are fewer strips than planes")
    return [
        _stored(
            data,
            layout,
            replace(
                blocks,
                offsets=blocks.offsets[start : start + per_plane],
                sizes=blocks.sizes[start : start + per_plane],
            ),
        )
        for start in range(0, per_plane * planes, per_plane)
    ]


def padded_width(layout: Layout, blocks: Blocks) -> int:
    """Return the width of a row up to the end of its last tile, in pixels."""
    return -(-layout.width // blocks.width) * blocks.width


def _stored(data: bytes, layout: Layout, blocks: Blocks) -> bytes:
    bits = layout.bits[0] * layout.together
    row_bytes = -(-padded_width(layout, blocks) * bits // 8)
    block_bytes = -(-blocks.width * bits // 8)
    predictor = layout.predictor if layout.compression != 1 else 1
    # The differences of whole bytes are of bytes, and so are those of floating point.
    by_libtiff = predictor == FLOAT_DIFFERENCES or (
        predictor == DIFFERENCES and layout.bits[0] == _BITS_OF_BYTE
    )
    together = layout.together if by_libtiff else 1
    tags: dict[int, int] = {
        Tag.WIDTH: row_bytes // together,
        Tag.HEIGHT: layout.height,
        Tag.COMPRESSION: layout.compression,
        Tag.FILL_ORDER: layout.fill_order,
        Tag.PREDICTOR: DIFFERENCES if by_libtiff else 1,
    }
    if blocks.is_tiled:
        tags[Tag.TILE_WIDTH] = block_bytes // together
    rows = call_decoder(_bytes_of, _file_of_bytes(data, blocks, tags, together))
    if predictor == FLOAT_DIFFERENCES:
        return _merge_bytes(rows, block_bytes, layout.bits[0] // 8)
    if predictor == DIFFERENCES and not by_libtiff:
        return _add_differences(rows, block_bytes, layout)
    return rows


def _bytes_of(file: bytes) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its pixels are bytes
        with TiffImagePlugin.TiffImageFile(BytesIO(file)) as image:
            return image.tobytes()


_PHOTOMETRIC_AND_EXTRA = {1: (1, None), 2: (1, 2), 3: (2, None), 4: (2, 2)}
"""What Pillow needs in order to return 1 to 4 bytes of a pixel as they are."""


def _file_of_bytes(data: bytes, blocks: Blocks, tags: Mapping[int, int], together: int) -> bytes:
    """Write a TIFF with the same compressed blocks, in which samples are bytes."""
    parts = [data[at : at + size] for at, size in zip(blocks.offsets, blocks.sizes, strict=False)]
    sizes = [len(part) for part in parts]
    offsets = [_HEADER_BYTES + before for before in accumulate(sizes, initial=0)][: len(sizes)]
    photometric, extra = _PHOTOMETRIC_AND_EXTRA[together]
    entries: dict[int, tuple[int, Sequence[int]]] = {
        **{tag: (_LONG, [value]) for tag, value in tags.items()},
        Tag.BITS: (_SHORT, [_BITS_OF_BYTE] * together),
        Tag.PHOTOMETRIC: (_SHORT, [photometric]),
        Tag.SAMPLES: (_SHORT, [together]),
        Tag.TILE_HEIGHT if blocks.is_tiled else Tag.ROWS_PER_STRIP: (_LONG, [blocks.height]),
        Tag.TILE_OFFSETS if blocks.is_tiled else Tag.STRIP_OFFSETS: (_LONG, offsets),
        Tag.TILE_BYTES if blocks.is_tiled else Tag.STRIP_BYTES: (_LONG, sizes),
    }
    if extra is not None:
        entries[Tag.EXTRA_SAMPLES] = (_SHORT, [extra])
    end = _HEADER_BYTES + sum(sizes)
    values, directory = bytearray(), bytearray(struct.pack("<H", len(entries)))
    for tag, (kind, numbers) in sorted(entries.items()):
        packed = struct.pack(f"<{len(numbers)}{'H' if kind == _SHORT else 'I'}", *numbers)
        place = packed.ljust(4, b"\0")
        if len(packed) > len(place[:4]):
            place = struct.pack("<I", end + len(values))
            values += packed
        directory += struct.pack("<HHI", tag, kind, len(numbers)) + place
    header = struct.pack("<2sHI", b"II", 42, end + len(values))
    return b"".join([header, *parts, values, directory, bytes(4)])


def _merge_bytes(rows: bytes, block_bytes: int, sample_bytes: int) -> bytes:
    """Return floating point samples, little-endian, of which each row of a block has all first
    bytes, then all second bytes: Adobe's TIFF Technical Note 3.
    """
    merged = bytearray(len(rows))
    count = block_bytes // sample_bytes
    for start in range(0, len(rows), block_bytes):
        for index in range(sample_bytes):
            first = start + index * count
            target = slice(start + sample_bytes - 1 - index, start + block_bytes, sample_bytes)
            merged[target] = rows[first : first + count]
    return bytes(merged)


def _add_differences(rows: bytes, block_bytes: int, layout: Layout) -> bytes:
    """Return the samples of 16 or 32 bits, whose differences to the left were stored."""
    size, order = layout.bits[0] // 8, ">" if layout.big_endian else "<"
    code = {2: "H", 4: "I"}[size]
    mask = 2 ** layout.bits[0] - 1
    count, together = block_bytes // size, layout.together
    blocks = list[bytes]()
    for start in range(0, len(rows), block_bytes):
        numbers = list(struct.unpack_from(f"{order}{count}{code}", rows, start))
        for first in range(together):
            sums = accumulate(numbers[first::together])
            numbers[first::together] = [each & mask for each in sums]
        blocks.append(struct.pack(f"{order}{count}{code}", *numbers))
    return b"".join(blocks)
