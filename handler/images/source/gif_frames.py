"""Frames and loop count of a GIF: https://www.w3.org/Graphics/GIF/spec-gif89a.txt

Where the specification is silent, as in Chromium, Firefox and libnsgif, which agree.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from handler.images.codecs.decode_errors import DecodeError
from handler.images.geometry import Size
from handler.images.source.compositor import Disposal, Frame

_SCREEN_BYTES = 13
_DESCRIPTOR_BYTES = 10
_HAS_TABLE = 0x80
_IS_INTERLACED = 0x40
_TABLE_OF_256 = _HAS_TABLE | 7
_DEFAULT_TABLE = b"\0\0\0\xff\xff\xff"
"""Black and white, which the specification recommends if there is no colour table."""

_EXTENSION, _IMAGE = b"!", b","
_GRAPHIC_CONTROL, _APPLICATION = b"\xf9", b"\xff"
_LOOPS = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")
_DISPOSALS = {2: Disposal.CLEAR, 3: Disposal.RESTORE, 4: Disposal.RESTORE}
"""4 is written by tools that took the bit for the number. All others keep the frame."""


@dataclass(frozen=True, kw_only=True)
class _Control:
    """A graphic control extension, which is valid for the next image."""

    disposal: Disposal = Disposal.KEEP
    duration_ms: int = 0
    transparent: int | None = None


def gif_frames(data: bytes, canvas_size: Size) -> Iterator[Frame]:
    """Yield the frames until the trailer, the end of the file, or anything that is not a block.

    Raises:
        DecodeError: If a frame is cut before its pixels.
    """
    flags, position = data[10], _SCREEN_BYTES
    global_table = _table(data, flags, position) or _DEFAULT_TABLE
    position += _table_bytes(flags)
    control = _Control()
    while (kind := data[position : position + 1]) in (_EXTENSION, _IMAGE):
        if kind == _EXTENSION:
            control = _control(data, position) or control
            position = _end_of_blocks(data, position + 2)
            if position > len(data):
                raise DecodeError("the file ends within an extension")
            continue
        start = position + _DESCRIPTOR_BYTES
        flags = data[start - 1] if start <= len(data) else 0
        start += _table_bytes(flags)
        if start >= len(data):
            raise DecodeError("the file ends within a frame")
        end = _end_of_blocks(data, start + 1)
        table = _table(data, flags, position + _DESCRIPTOR_BYTES) or global_table
        yield _frame(data, (position, start, end), control, table, canvas_size)
        position, control = end, _Control()


def gif_loop_count(data: bytes) -> int:
    """Return how often the animation plays, 0 for endless.

    The extension with the number of repetitions is valid wherever it is, and the last one counts.
    """
    count = 1
    position = _SCREEN_BYTES + _table_bytes(data[10])
    while (kind := data[position : position + 1]) in (_EXTENSION, _IMAGE):
        if kind == _EXTENSION:
            again = _repetitions(data, position)
            count = count if again is None else again + bool(again)
            position = _end_of_blocks(data, position + 2)
        else:
            position = _end_of_image(data, position)
    return count


def first_image(data: bytes) -> bytes:
    """Return the file up to the end of its first image, without application extensions, some of
    which stop Pillow; the whole file if there is no image.
    """
    if len(data) < _SCREEN_BYTES:
        return data
    position = _SCREEN_BYTES + _table_bytes(data[10])
    kept = [data[:position]]
    while data[position : position + 1] == _EXTENSION:
        end = _end_of_blocks(data, position + 2)
        if data[position + 1 : position + 2] != _APPLICATION:
            kept.append(data[position:end])
        position = end
    if data[position : position + 1] != _IMAGE:
        return data
    return b"".join([*kept, data[position : _end_of_image(data, position)], b";"])


def _end_of_image(data: bytes, position: int) -> int:
    pixels = position + _DESCRIPTOR_BYTES
    flags = data[pixels - 1] if pixels <= len(data) else 0
    return _end_of_blocks(data, pixels + _table_bytes(flags) + 1)


def _table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & _HAS_TABLE else 0


def _table(data: bytes, flags: int, position: int) -> bytes:
    return data[position : position + _table_bytes(flags)]


def _end_of_blocks(data: bytes, position: int) -> int:
    """Return the position after a sequence of sub-blocks, beyond the end of a cut file."""
    size_bytes = len(data)
    while position < size_bytes and (length := data[position]):
        position += 1 + length
    return position + 1


def _control(data: bytes, position: int) -> _Control | None:
    block = data[position + 1 : position + 7]
    if len(block) < 6 or block[:1] != _GRAPHIC_CONTROL or block[1] < 4:
        return None
    flags, hundredths, transparent = struct.unpack("<BHB", block[2:])
    return _Control(
        disposal=_DISPOSALS.get(flags >> 2 & 7, Disposal.KEEP),
        duration_ms=10 * hundredths,
        transparent=transparent if flags & 1 else None,
    )


def _repetitions(data: bytes, position: int) -> int | None:
    """Return the number of repetitions if the extension has it; 0 for endless."""
    label, name = data[position + 1 : position + 2], data[position + 2 : position + 14]
    block = data[position + 14 : position + 18]
    if label != _APPLICATION or name not in _LOOPS or len(block) < 4:
        return None
    return int.from_bytes(block[2:], "little") if block[0] >= 3 and block[1] & 7 == 1 else None


def _frame(
    data: bytes, spans: tuple[int, int, int], control: _Control, table: bytes, canvas_size: Size
) -> Frame:
    """Describe a frame by the positions of its descriptor, its pixels and their end."""
    descriptor, start, end = spans
    left, upper, width, height, flags = struct.unpack_from("<HHHHB", data, descriptor + 1)
    is_interlaced = bool(flags & _IS_INTERLACED)
    if not is_interlaced:  # rows are stored in their order, so that the rest need not be decoded
        height = min(height, max(0, canvas_size[1] - upper))
    return Frame(
        box=(left, upper, left + width, upper + height),
        duration_ms=control.duration_ms,
        disposal=control.disposal,
        is_blended=True,
        file=partial(
            _file, data, (start, end), (width, height), table, control, is_interlaced=is_interlaced
        ),
    )


def _file(
    data: bytes,
    span: tuple[int, int],
    size: Size,
    table: bytes,
    control: _Control,
    *,
    is_interlaced: bool,
) -> bytes:
    transparent = control.transparent
    return b"".join(
        [
            b"GIF89a",
            struct.pack("<HHBBB", *size, _TABLE_OF_256, 0, 0),
            table.ljust(3 * 256, b"\0"),
            b"!\xf9\x04",
            struct.pack("<BHBB", transparent is not None, 0, transparent or 0, 0),
            struct.pack("<cHHHHB", _IMAGE, 0, 0, *size, is_interlaced * _IS_INTERLACED),
            data[slice(*span)],
            b"\0;",
        ]
    )
