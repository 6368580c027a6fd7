"""Index of the pictures in a JPEG that are appended to the first one: CIPA DC-007-2021 (MPF)."""

import struct
from collections.abc import Iterator
from itertools import islice

from handler.images.codecs.decode_errors import DecodeError, call_decoder
from handler.images.metadata.jpeg_segments import (
    contents,
    insertion_place,
    segment,
    segments,
    with_segments,
)

_APP2 = 0xE2
_NAME = b"MPF\0"
_VERSION_TAG, _COUNT_TAG, _ENTRIES_TAG = 0xB000, 0xB001, 0xB002
_LONG, _UNDEFINED = 4, 7
"""Types of values: TIFF 6.0, section 2."""
_ENTRY_BYTES = 16
_ENTRIES_PLACE = 8 + 2 + 3 * 12 + 4
"""Place of the written entries: after the header, a directory of three tags and its end."""
_BEFORE_OFFSETS_BYTES = 4 + len(_NAME)
"""Bytes of the segment before the header, from which offsets count."""
_MAX_ENTRIES = 16
"""More than any camera writes: a gain map, a depth map, previews and further views."""

_START = b"\xff\xd8\xff"
_END = b"\xff\xd9"

_PRIMARY = 0x030000
"""Type of the first picture, "Baseline MP Primary Image"; 0 is "undefined"."""


def appended_pictures(data: bytes) -> Iterator[bytes]:
    """Yield the pictures after the first one that are completely in the file.

    An index that programs did not update, as they changed the metadata before it, is replaced by a
    search for a picture right after the end of the first one.
    """
    is_indexed = False
    for offset, size_bytes in islice(_entries(data), _MAX_ENTRIES):
        if data[offset : offset + 3] == _START and offset + size_bytes <= len(data):
            is_indexed = True
            yield data[offset : offset + size_bytes]
    scan = max((end for *_, end in segments(data)), default=2)
    end = -1 if is_indexed else data.find(_END + _START, scan)
    if end >= 0:
        yield data[end + len(_END) :]


def joined(first: bytes, appended: bytes) -> bytes:
    """Return two JPEGs as one file. Programs that do not know of the second one show the first."""
    # The index has a fixed size, which its own values depend on.
    first_bytes = len(first) + len(_index(0, 0, 0))
    offset = first_bytes - (insertion_place(first) + _BEFORE_OFFSETS_BYTES)
    return with_segments(first, _index(first_bytes, len(appended), offset)) + appended


def _index(first_bytes: int, appended_bytes: int, offset: int) -> bytes:
    """Return the segment: a directory of version, number of pictures and place of the entries."""
    directory = struct.pack(
        ">4sIHHHI4sHHIIHHIII",
        *(b"MM\0*", 8, 3),
        *(_VERSION_TAG, _UNDEFINED, 4, b"0100"),
        *(_COUNT_TAG, _LONG, 1, 2),
        *(_ENTRIES_TAG, _UNDEFINED, 2 * _ENTRY_BYTES, _ENTRIES_PLACE, 0),
    )
    entries = struct.pack(
        ">IIIHHIIIHH", _PRIMARY, first_bytes, *(0, 0, 0), 0, appended_bytes, offset, *(0, 0)
    )
    return segment(_APP2, _NAME + directory + entries)


def _entries(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield place and size of each appended picture as the index has them, true or not."""
    for start, index in contents(data, _APP2, _NAME):
        order = {b"II*\0": "<", b"MM\0*": ">"}.get(index[:4])
        if order is None:
            return
        try:
            yield from _read_entries(index, order, start)
        except DecodeError:
            return


def _read_entries(index: bytes, order: str, start: int) -> Iterator[tuple[int, int]]:
    (directory,) = _numbers(f"{order}I", index, 4)
    (tags,) = _numbers(f"{order}H", index, directory)
    for number in range(tags):
        tag, _, size_bytes, place = _numbers(f"{order}HHII", index, directory + 2 + 12 * number)
        if tag != _ENTRIES_TAG:
            continue
        for entry in range(size_bytes // _ENTRY_BYTES):
            _, length, offset = _numbers(f"{order}III", index, place + _ENTRY_BYTES * entry)
            if offset:  # 0 for the first picture
                yield start + offset, length


def _numbers(form: str, data: bytes, place: int) -> tuple[int, ...]:
    return call_decoder(struct.unpack_from, form, data, place)
