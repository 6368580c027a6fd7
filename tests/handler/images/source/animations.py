"""Writers of animated GIF and PNG files, according to their specifications.

https://www.w3.org/Graphics/GIF/spec-gif89a.txt and https://www.w3.org/TR/png-3/; they share no code
with the product or with Pillow.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handler.images.source.animation import Animation
from handler.images.source.decode import SourceImage, decode

Colour = tuple[int, ...]
Rows = Sequence[Sequence[int]]
"""Colour indices, by row."""


@dataclass(frozen=True, kw_only=True)
class GifFrame:
    """A frame of a GIF."""

    rows: Rows
    at: tuple[int, int] = (0, 0)
    table: Sequence[Colour] | None = None
    """A local colour table of 2, 4, ... 256 colours."""
    transparent: int | None = None
    disposal: int = 1
    hundredths: int = 10
    is_interlaced: bool = False
    size: tuple[int, int] | None = None
    """The size in the descriptor, if not that of the rows."""


def gif(
    size: tuple[int, int],
    frames: Sequence[GifFrame],
    *,
    table: Sequence[Colour] | None,
    before: bytes = b"",
    between: bytes = b"",
    after: bytes = b"",
    trailer: bytes = b";",
) -> bytes:
    """Write a GIF with extensions before the first frame, between frames, and after the last."""
    flags = 0x70 if table is None else 0xF0 | _table_bits(table)
    screen = b"GIF89a" + struct.pack("<HHBBB", *size, flags, 0, 0) + _table(table)
    return screen + before + between.join(map(gif_frame, frames)) + after + trailer


def gif_frame(frame: GifFrame) -> bytes:
    """Write graphic control extension, descriptor, local table and pixels."""
    is_transparent = frame.transparent is not None
    control = frame.disposal << 2 | is_transparent, frame.hundredths, frame.transparent or 0
    width, height = frame.size or (len(frame.rows[0]) if frame.rows else 0, len(frame.rows))
    flags = 0x40 * frame.is_interlaced
    flags |= 0 if frame.table is None else 0x80 | _table_bits(frame.table)
    rows = interlaced(frame.rows) if frame.is_interlaced else frame.rows
    return (
        b"!\xf9\x04"
        + struct.pack("<BHBB", *control, 0)
        + struct.pack("<cHHHHB", b",", *frame.at, width, height, flags)
        + _table(frame.table)
        + lzw([index for row in rows for index in row])
    )


def repeated(times: int, name: bytes = b"NETSCAPE2.0") -> bytes:
    """Write the extension with the number of repetitions."""
    return b"!\xff\x0b" + name + struct.pack("<BBHB", 3, 1, times, 0)


def interlaced(rows: Rows) -> Rows:
    """Order rows by the four passes of appendix E."""
    passes = ((0, 8), (4, 8), (2, 4), (1, 2))
    return [rows[y] for start, step in passes for y in range(start, len(rows), step)]


def lzw(indices: Sequence[int]) -> bytes:
    """Write pixels in codes of nine bits, cleared before they would grow."""
    codes: list[int] = []
    for start in range(0, len(indices), 250):
        codes += [256, *indices[start : start + 250]]
    bits = sum(code << 9 * place for place, code in enumerate([*codes, 257]))
    data = bits.to_bytes((9 * (len(codes) + 1) + 7) // 8, "little")
    blocks = (data[start : start + 255] for start in range(0, len(data), 255))
    return b"\x08" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


def _table_bits(table: Sequence[Colour]) -> int:
    return len(table).bit_length() - 2


def _table(table: Sequence[Colour] | None) -> bytes:
    return b"".join(map(bytes, table or ()))


@dataclass(frozen=True, kw_only=True)
class PngFrame:
    """A frame of an APNG."""

    rows: Sequence[Sequence[Colour]]
    """Samples, by row and pixel."""
    at: tuple[int, int] = (0, 0)
    dispose: int = 0
    blend: int = 0
    delay: tuple[int, int] = (1, 10)


@dataclass(frozen=True, kw_only=True)
class PngKind:
    """How the samples of a PNG are stored."""

    colour_type: int
    bits: int = 8
    is_interlaced: bool = False
    chunks: Sequence[tuple[bytes, bytes]] = ()
    """Chunks between the header and the pixels."""


def apng(
    kind: PngKind,
    frames: Sequence[PngFrame],
    *,
    default: Sequence[Sequence[Colour]] | None = None,
    plays: int = 0,
    declared: int | None = None,
) -> bytes:
    """Write an APNG; its default image is the first frame, which must be the largest, or `default`.

    Args:
        declared: Number of frames in the header, if wrong.
    """
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        png_chunk(name, body)
        for name, body in apng_chunks(kind, frames, default, plays, declared or len(frames))
    )


def apng_chunks(
    kind: PngKind,
    frames: Sequence[PngFrame],
    default: Sequence[Sequence[Colour]] | None,
    plays: int,
    declared: int,
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks of an APNG."""
    size = _size(default or frames[0].rows)
    yield (
        b"IHDR",
        struct.pack(">IIBBBBB", *size, kind.bits, kind.colour_type, 0, 0, kind.is_interlaced),
    )
    yield from kind.chunks
    yield b"acTL", struct.pack(">II", declared, plays)
    if default:
        yield b"IDAT", png_pixels(kind, default)
    number = 0
    for index, frame in enumerate(frames):
        box = (*_size(frame.rows), *frame.at)
        yield (
            b"fcTL",
            struct.pack(">5I2H2B", number, *box, *frame.delay, frame.dispose, frame.blend),
        )
        number += 1
        data = png_pixels(kind, frame.rows)
        if index == 0 and not default:
            yield b"IDAT", data
            continue
        middle = len(data) // 2
        for part in (data[:middle], data[middle:]):
            yield b"fdAT", struct.pack(">I", number) + part
            number += 1
    yield b"IEND", b""


def png_chunk(name: bytes, body: bytes) -> bytes:
    """Write a chunk."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_pixels(kind: PngKind, rows: Sequence[Sequence[Colour]]) -> bytes:
    """Compress pixels, without filters."""
    passes = [rows]
    if kind.is_interlaced:
        adam7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4))
        passes = [
            [row[x::across] for row in rows[y::down] if row[x::across]]
            for x, y, across, down in (*adam7, (1, 0, 2, 2), (0, 1, 1, 2))
        ]
    packed = (b"\0" + _packed(row, kind.bits) for reduced in passes for row in reduced)
    return zlib.compress(b"".join(packed))


def _packed(row: Sequence[Colour], bits: int) -> bytes:
    samples = [sample for pixel in row for sample in pixel]
    text = "".join(f"{sample:0{bits}b}" for sample in samples)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def _size(rows: Sequence[Sequence[Colour]]) -> tuple[int, int]:
    return len(rows[0]), len(rows)


def read(data: bytes) -> SourceImage:
    return decode(data, 1_000_000, max_frames=99)


def animation_of(data: bytes) -> Animation:
    animation = read(data).animation
    assert animation is not None
    return animation
