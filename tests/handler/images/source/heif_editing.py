"""Adding of properties to the primary item of an AVIF that Pillow wrote."""

import struct
from collections.abc import Sequence

Property = tuple[bytes, bytes]
"""Type and content."""


def clap(size: tuple[int, int], offset: tuple[int, int] = (0, 0)) -> Property:
    """Write a clean aperture: its size, and its middle relative to that of the picture.

    ISO/IEC 14496-12, section 12.1.4.
    """
    sides = struct.pack(">4I", size[0], 1, size[1], 1)
    return b"clap", sides + struct.pack(">iIiI", offset[0], 1, offset[1], 1)


def irot(quarters: int) -> Property:
    """Write a rotation counter-clockwise: ISO/IEC 23008-12, section 6.5.10."""
    return b"irot", bytes([quarters])


def imir(axis: int) -> Property:
    """Write a mirroring, 0 at the horizontal and 1 at the vertical axis: section 6.5.12."""
    return b"imir", bytes([axis])


def pasp(across: int, down: int) -> Property:
    """Write a pixel aspect ratio."""
    return b"pasp", struct.pack(">II", across, down)


def with_properties(avif: bytes, properties: Sequence[Property]) -> bytes:
    """Add properties to the one item of an AVIF, in this order after its own."""
    boxes = b"".join(
        struct.pack(">I4s", 8 + len(content), kind) + content for kind, content in properties
    )
    ipco, ipma = _find(avif, b"ipco"), _find(avif, b"ipma")
    existing = _count(avif[ipco + 8 : ipco + _size(avif, ipco)])
    numbers = bytes(0x80 | (existing + 1 + at) for at in range(len(properties)))
    count_at = ipma + 8 + 4 + 4 + 2
    ends = {ipco + _size(avif, ipco): boxes, ipma + _size(avif, ipma): numbers}
    grown = bytearray(avif)
    grown[count_at] += len(numbers)
    added = len(boxes) + len(numbers)
    for box, more in (
        (ipco, len(boxes)),
        (ipma, len(numbers)),
        (_find(avif, b"iprp"), added),
        (_find(avif, b"meta"), added),
    ):
        grown[box : box + 4] = struct.pack(">I", _size(avif, box) + more)
    # The one extent of the one item: iloc of version 0 with offsets of four bytes.
    offset_at = _find(avif, b"iloc") + 8 + 4 + 2 + 2 + 2 + 2 + 2
    (offset,) = struct.unpack_from(">I", avif, offset_at)
    struct.pack_into(">I", grown, offset_at, offset + added)
    for end in sorted(ends, reverse=True):
        grown[end:end] = ends[end]
    return bytes(grown)


def _find(data: bytes, kind: bytes) -> int:
    return data.index(kind) - 4


def _size(data: bytes, box: int) -> int:
    return int.from_bytes(data[box : box + 4], "big")


def _count(boxes: bytes) -> int:
    count = position = 0
    while position < len(boxes):
        position += _size(boxes, position)
        count += 1
    return count
