"""Conversion of big-endian BigTIFF, which Pillow cannot open, to TIFF. Pure.

Layout of BigTIFF: https://www.awaresystems.be/imaging/tiff/bigtiff.html
"""

import struct

from PIL import ExifTags

from handler.images.codecs.decode_errors import DecodeError

START = b"MM\0+"

_UNIT_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_LONG, _LONG8, _SIGNED_LONG8, _OFFSET8 = 4, 16, 17, 18
_WIDE_UNIT_BYTES = 8
_NARROWED = {_LONG8: _LONG, _SIGNED_LONG8: 9, _OFFSET8: _LONG}
_ENTRY_BYTES, _IN_ENTRY_BYTES, _IN_SHORT_ENTRY_BYTES = 20, 8, 4
_DIRECTORIES = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.Interop)
_MAX_ENTRIES = 2**16 - 1


def as_tiff(data: bytes) -> bytes:
    """Return a big-endian TIFF with the first picture and its metadata.

    Directories with addresses of 32 bits are appended. What they point to stays in its place.

    Args:
        data: The whole file, of less than 4 GiB.

    Raises:
        DecodeError: If a directory is not in the file.
    """
    body = bytearray(data)
    first = _with_directory(body, _number(data, 8), depth=0)
    body[:8] = b"MM\0*" + struct.pack(">I", first)
    return bytes(body)


def _with_directory(body: bytearray, offset: int, depth: int) -> int:
    """Append the directory at an offset, and return where it is now."""
    count = _number(body, offset)
    start, end = offset + 8, offset + 8 + count * _ENTRY_BYTES
    if count > _MAX_ENTRIES or end > len(body):
        raise DecodeError("the image cannot be decoded: a directory is not in the file")
    entries = [
        bytes(body[place : place + _ENTRY_BYTES]) for place in range(start, end, _ENTRY_BYTES)
    ]
    converted = [each for entry in entries if (each := _entry(body, entry, depth)) is not None]
    at = len(body) + len(body) % 2
    body += bytes(at - len(body)) + struct.pack(">H", len(converted))
    body += b"".join(converted) + bytes(4)
    return at


def _entry(body: bytearray, entry: bytes, depth: int) -> bytes | None:
    """Return an entry of TIFF; None if its type is unknown or its values are not in the file."""
    tag, kind, count = struct.unpack(">HHQ", entry[:12])
    unit = _WIDE_UNIT_BYTES if kind in _NARROWED else _UNIT_BYTES.get(kind)
    if unit is None or count * unit > len(body):
        return None
    size = count * unit
    at = _number(entry, 12)
    values = entry[12 : 12 + size] if size <= _IN_ENTRY_BYTES else bytes(body[at : at + size])
    if len(values) < size:
        return None
    if kind in _NARROWED:
        kind, values = _NARROWED[kind], b"".join(values[k + 4 : k + 8] for k in range(0, size, 8))
    if tag in _DIRECTORIES and len(values) == _IN_SHORT_ENTRY_BYTES and depth < len(_DIRECTORIES):
        values = struct.pack(">I", _with_directory(body, *struct.unpack(">I", values), depth + 1))
    if len(values) > _IN_SHORT_ENTRY_BYTES:
        place = struct.pack(">I", len(body))
        body += values
        values = place
    return struct.pack(">HHI", tag, kind, count) + values.ljust(_IN_SHORT_ENTRY_BYTES, b"\0")


def _number(data: bytes | bytearray, offset: int) -> int:
    number = data[offset : offset + 8]
    if len(number) < _WIDE_UNIT_BYTES:
        raise DecodeError("the image cannot be decoded: an address is not in the file")
    return int.from_bytes(number, "big")
