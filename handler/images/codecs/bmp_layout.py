"""Layout of the pixels of a BMP, by its header. Pure.

Headers: https://learn.microsoft.com/windows/win32/gdi/bitmap-header-types
"""

import struct
from dataclasses import dataclass

HEADER_BYTES = 14 + 124

_CORE_HEADER, _INFO_HEADER, _INFO_HEADER_WITH_MASKS = 12, 40, 56
_HEADERS = (_CORE_HEADER, _INFO_HEADER, 52, _INFO_HEADER_WITH_MASKS, 64, 108, 124)
_OS2_HEADER = 64
_PLAIN, _RLE8, _RLE4, _BITFIELDS, _JPEG, _PNG, _ALPHA_BITFIELDS = range(7)
_BITS = (1, 4, 8, 16, 24, 32)
_BITS_WITH_MASKS = (16, 32)
_WINDOW_BITS = 16
_MASKS_OFFSET = 14 + _INFO_HEADER
_COMPRESSION_OFFSET = 30


@dataclass(frozen=True, kw_only=True)
class Channel:
    """The bits of a channel in a pixel."""

    first_byte: int
    """Of the 16 bits, little-endian, that include the channel."""
    shift: int
    """Of its lowest bit in these 16 bits."""
    bits: int


@dataclass(frozen=True, kw_only=True)
class BmpLayout:
    """How pixels are stored whose channels are described by masks."""

    pixel_bytes: int
    offset: int
    """Of the first row in the file."""
    is_top_down: bool
    channels: tuple[Channel, ...]
    """Red, green, blue and, where there is one, alpha."""


def unsupported(start: bytes) -> str | None:
    """Return in words what a BMP is that cannot be decoded; None for others.

    Args:
        start: The first `HEADER_BYTES` of the file.
    """
    if len(start) < _MASKS_OFFSET:
        return None
    size, bits, compression = _size(start), _bits(start), _compression(start)
    if size not in _HEADERS:
        return f"BMP with a header of {size} bytes"
    if bits not in _BITS and compression not in (_JPEG, _PNG):
        return f"BMP with {bits} bits per pixel"
    if size == _OS2_HEADER and compression in (_BITFIELDS, _JPEG):
        return "BMP of OS/2 with Huffman or 24-bit run-length compression"
    if compression in (_JPEG, _PNG):
        return f"BMP that contains a {'JPEG' if compression == _JPEG else 'PNG'}"
    if compression > _ALPHA_BITFIELDS:
        return f"BMP with compression {compression}"
    if _has_masks(start) and bitfields(start) is None:
        masks = " ".join(f"{mask:08x}" for mask in _masks(start))
        return f"BMP with {bits} bits per pixel and the masks {masks}"
    return None


def bitfields(start: bytes) -> BmpLayout | None:
    """Return the layout of a BMP with masks; None for others and for masks that are none."""
    if len(start) < _MASKS_OFFSET or not _has_masks(start) or _bits(start) not in _BITS_WITH_MASKS:
        return None
    channels = [_channel(mask, _bits(start)) for mask in _masks(start)]
    known = [channel for channel in channels if channel is not None]
    if len(known) < len(channels):
        return None
    return BmpLayout(
        pixel_bytes=_bits(start) // 8,
        offset=struct.unpack_from("<I", start, 10)[0],
        is_top_down=struct.unpack_from("<i", start, 22)[0] < 0,
        channels=tuple(known),
    )


def without_masks(start: bytes) -> bytes:
    """Return the header of a BMP whose pixels need no masks."""
    return start[:_COMPRESSION_OFFSET] + bytes(4) + start[_COMPRESSION_OFFSET + 4 :]


def _size(start: bytes) -> int:
    return struct.unpack_from("<I", start, 14)[0]


def _bits(start: bytes) -> int:
    return struct.unpack_from("<H", start, 24 if _size(start) == _CORE_HEADER else 28)[0]


def _compression(start: bytes) -> int:
    if _size(start) == _CORE_HEADER:
        return _PLAIN
    return struct.unpack_from("<I", start, _COMPRESSION_OFFSET)[0]


def _has_masks(start: bytes) -> bool:
    return _compression(start) in (_BITFIELDS, _ALPHA_BITFIELDS)


def _masks(start: bytes) -> tuple[int, ...]:
    """Return the masks of red, green, blue and, unless it is empty, alpha."""
    has_alpha = _size(start) >= _INFO_HEADER_WITH_MASKS or _compression(start) == _ALPHA_BITFIELDS
    data = start[_MASKS_OFFSET:].ljust(16, b"\0")
    red, green, blue, alpha = struct.unpack_from("<4I", data)
    if not (red or green or blue):
        red, green, blue = (
            (0xFF0000, 0xFF00, 0xFF) if _bits(start) == _BITS[-1] else (0x7C00, 0x3E0, 0x1F)
        )
    return (red, green, blue, alpha) if has_alpha and alpha else (red, green, blue)


def _channel(mask: int, pixel_bits: int) -> Channel | None:
    """Return a channel; None if its bits have gaps or cannot be looked up together."""
    lowest = (mask & -mask).bit_length() - 1
    bits = mask.bit_length() - lowest
    if mask == 0 or mask >> lowest != 2**bits - 1 or mask.bit_length() > pixel_bits:
        return None
    first_byte = min(lowest // 8, pixel_bits // 8 - 2)
    shift = lowest - 8 * first_byte
    if shift + bits > _WINDOW_BITS:
        return None
    return Channel(first_byte=first_byte, shift=shift, bits=bits)
