"""Location of metadata in image containers, for parsers that need the whole file.

Each function reads the relevant byte ranges, and raises `NeedBytes` for unknown ones. Formats:
https://www.w3.org/TR/png-3/#5Chunk-layout,
https://developers.google.com/speed/webp/docs/riff_container, and of HEIC and AVIF ISO/IEC 14496-12
sections 4.2 (boxes), 8.11.3 (iloc) and 8.11.6 (iinf).
"""

import zlib
from collections.abc import Iterator

from handler.model.byte_ranges import ByteRanges

PNG_TAIL_BYTES = 16 * 1_024
"""Size of a PNG's end that is searched for text chunks after the pixels, as ImageMagick writes."""

_MAX_STEPS = 1_000
_PNG_LATE = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"IEND")
_PNG_START = 8
_IS_ANIMATED = 2
"""Animation flag of the VP8X chunk."""
_WEBP_METADATA_CHUNKS = (b"VP8X", b"ICCP", b"EXIF", b"XMP ")
_FRAME_HEADER_BYTES = 64
_HEIF_METADATA_BOXES = (b"ftyp", b"meta", b"moov")
_HEIF_ITEMS = (b"Exif", b"mime")


def png_without_pixels(parts: ByteRanges) -> bytes:
    """Return a PNG with the chunks before and after the pixels, and empty image data."""
    position = _PNG_START
    for _ in range(_MAX_STEPS):
        length, kind = _png_chunk(parts, position)
        if kind in (b"IDAT", b"IEND", b""):
            break
        position += 12 + length
    late = _late_chunks(
        parts.read(max(position, parts.size_bytes - PNG_TAIL_BYTES), PNG_TAIL_BYTES)
    )
    return parts.read(0, position) + late + _png_bytes(b"IDAT") + _png_bytes(b"IEND")


def read_webp_metadata(parts: ByteRanges) -> None:
    """Read the metadata of a WebP; the whole file if it is animated, as each frame has a header."""
    flags = int.from_bytes(parts.read(20, 1), "big")
    if parts.read(12, 4) == b"VP8X" and flags & _IS_ANIMATED:
        parts.read(0, parts.size_bytes)
    position = 12
    for _ in range(_MAX_STEPS):
        header = parts.read(position, 8)
        if len(header) < 8:
            break
        length = int.from_bytes(header[4:], "little")
        is_metadata = header[:4] in _WEBP_METADATA_CHUNKS
        parts.read(position + 8, length if is_metadata else min(length, _FRAME_HEADER_BYTES))
        position += 8 + length + length % 2


def read_heif_metadata(parts: ByteRanges) -> None:
    """Read the boxes and items of a HEIC or AVIF other than pixels."""
    meta = b""
    for kind, start, length in boxes(parts):
        if kind in _HEIF_METADATA_BOXES:
            content = parts.read(start, length)
            meta = content if kind == b"meta" else meta
    for start, length in _item_extents(meta):
        parts.read(start, length)


def _png_chunk(parts: ByteRanges, position: int) -> tuple[int, bytes]:
    header = parts.read(position, 8)
    return int.from_bytes(header[:4], "big"), header[4:]


def _png_bytes(kind: bytes) -> bytes:
    return bytes(4) + kind + zlib.crc32(kind).to_bytes(4, "big")


def _late_chunks(tail: bytes) -> bytes:
    """Return the chunks after the pixels, without `IEND`: the longest run of complete chunks that
    ends with it.
    """
    for start in range(len(tail) - 11):
        if tail[start + 4 : start + 8] in _PNG_LATE:
            position, kind = start, b""
            while kind != b"IEND" and position + 12 <= len(tail):
                length = int.from_bytes(tail[position : position + 4], "big")
                kind = tail[position + 4 : position + 8]
                if kind not in _PNG_LATE:
                    break
                position += 12 + length
            if kind == b"IEND" and position == len(tail):
                return tail[start : position - 12]
    return b""


def boxes(parts: ByteRanges) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, content start and content length of each box in the file."""
    position = 0
    for _ in range(_MAX_STEPS):
        header = parts.read(position, 16)
        if len(header) < 8:
            return
        length, skip = int.from_bytes(header[:4], "big"), 8
        if length == 1:
            length, skip = int.from_bytes(header[8:16], "big"), 16
        if length == 0:
            length = parts.size_bytes - position
        if length < skip:
            return
        yield header[4:8], position + skip, min(length, parts.size_bytes - position) - skip
        position += length


def child_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and content of each box in a box."""
    inner = ByteRanges.whole(data)
    for kind, start, length in boxes(inner):
        yield kind, inner.read(start, length)


def _item_extents(meta: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and length of each extent of the metadata items."""
    # four bytes of version and flags precede the boxes in meta
    inner = dict(child_boxes(meta[4:]))
    wanted = set(_metadata_items(inner.get(b"iinf", b"")))
    yield from _extents(inner.get(b"iloc", b""), wanted)


def _metadata_items(iinf: bytes) -> Iterator[int]:
    skip = 6 if iinf[:1] == b"\0" else 8
    for kind, entry in child_boxes(iinf[skip:]):
        id_bytes = 4 if entry[:1] == b"\3" else 2
        item_type = entry[6 + id_bytes : 10 + id_bytes]
        if kind == b"infe" and item_type in _HEIF_ITEMS:
            yield int.from_bytes(entry[4 : 4 + id_bytes], "big")


def _extents(iloc: bytes, wanted: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the extents of items that are stored in the file by offset."""
    position = 8

    def number(width: int) -> int:
        nonlocal position
        position += width
        return int.from_bytes(iloc[position - width : position], "big")

    version, sizes = iloc[:1], iloc[4:6].ljust(2, b"\0")
    offset_bytes, length_bytes = sizes[0] >> 4, sizes[0] & 15
    base_bytes, index_bytes = sizes[1] >> 4, sizes[1] & 15 if version in (b"\1", b"\2") else 0
    position = 6
    for _ in range(min(number(4 if version == b"\2" else 2), _MAX_STEPS)):
        item = number(4 if version == b"\2" else 2)
        method = number(2) & 15 if version in (b"\1", b"\2") else 0
        number(2)
        base = number(base_bytes)
        for _ in range(min(number(2), _MAX_STEPS)):
            number(index_bytes)
            start, length = base + number(offset_bytes), number(length_bytes)
            if item in wanted and method == 0:
                yield start, length
