"""Properties of the primary item of a HEIC or AVIF.

Boxes: ISO/IEC 14496-12, sections 4.2 (boxes), 8.11.4 (pitm) and 8.11.14 (iprp); properties: ISO/IEC
23008-12, section 6.5.
"""

import struct
from collections.abc import Mapping, Sequence

from handler.images.geometry import Size
from handler.images.source.containers import boxes, child_boxes
from handler.model.byte_ranges import ByteRanges

Box = tuple[int, int, int, int]
"""Left, upper, right and lower edge in pixels."""

_MAX_ITEMS = 1_000
_FULL_BOX_BYTES = 4
"""Version and flags at the start of some boxes."""


def primary_properties(data: bytes) -> Sequence[tuple[bytes, bytes]]:
    """Return type and content of each property of the primary item, in order; empty if there are
    none, or the boxes are broken.

    Args:
        data: The whole file, or all of its `meta` box with whatever precedes it.
    """
    places = {
        kind: (start, start + length) for kind, start, length in boxes(ByteRanges.whole(data))
    }
    meta = data[slice(*places.get(b"meta", (0, 0)))][_FULL_BOX_BYTES:]
    inner = dict(child_boxes(meta))
    properties = dict(child_boxes(inner.get(b"iprp", b"")))
    all_properties = list(child_boxes(properties.get(b"ipco", b"")))
    primary = inner.get(b"pitm", b"")
    item = int.from_bytes(primary[_FULL_BOX_BYTES:], "big")
    numbers = _associations(properties.get(b"ipma", b"")).get(item, ())
    return [all_properties[number - 1] for number in numbers if 0 < number <= len(all_properties)]


def shown_part(data: bytes, source_format: str, size: Size) -> Box | None:
    """Return the part of a decoded picture that is shown, from its property `clap`; None for all
    of it. libheif applies that property itself, and Pillow's decoder of AVIF does not.

    An aperture that is empty or exceeds the picture is ignored, as in libavif.

    Args:
        data: See `primary_properties`.
        source_format: One of `handler.images.input_formats.READABLE`.
        size: Of the picture as stored, in pixels.
    """
    if source_format != "AVIF":
        return None
    content = dict(primary_properties(data)).get(b"clap", b"")
    if len(content) < 32:
        return None
    terms = struct.unpack(">4I", content[:16]) + struct.unpack(">iIiI", content[16:32])
    if 0 in terms[1::2]:
        return None
    width, height, across, down = (terms[at] / terms[at + 1] for at in range(0, 8, 2))
    left = across + (size[0] - width) / 2
    upper = down + (size[1] - height) / 2
    box = round(left), round(upper), round(left + width), round(upper + height)
    is_inside = 0 <= box[0] < box[2] <= size[0] and 0 <= box[1] < box[3] <= size[1]
    return box if is_inside and box != (0, 0, *size) else None


def coded_colours(properties: Sequence[tuple[bytes, bytes]]) -> tuple[int, int] | None:
    """Return the code points of primaries and transfer function, from the property `colr`."""
    for kind, content in properties:
        if kind == b"colr" and content[:4] == b"nclx" and len(content) >= 8:
            primaries, transfer = struct.unpack(">HH", content[4:8])
            return primaries, transfer
    return None


def _associations(ipma: bytes) -> Mapping[int, Sequence[int]]:
    """Return the numbers of the properties of each item, which start at 1."""
    position = 8

    def number(width: int) -> int:
        nonlocal position
        position += width
        return int.from_bytes(ipma[position - width : position], "big")

    version, has_long_numbers = ipma[:1], bool(int.from_bytes(ipma[3:4], "big") & 1)
    found: dict[int, list[int]] = {}
    for _ in range(min(int.from_bytes(ipma[4:8], "big"), _MAX_ITEMS)):
        item = number(2 if version == b"\0" else 4)
        count = number(1)
        # The highest bit says whether a property is essential.
        numbers = [
            number(2) & 0x7FFF if has_long_numbers else number(1) & 0x7F for _ in range(count)
        ]
        found.setdefault(item, []).extend(numbers)
    return found
