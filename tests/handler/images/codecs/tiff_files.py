"""Writer of TIFF files with any layout of samples, after TIFF 6.0 and BigTIFF; uses no decoder."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

UNCOMPRESSED, LZW, DEFLATE, PACKBITS = 1, 5, 8, 32773
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, CIELAB = 0, 1, 2, 3, 5, 6, 8
UNSIGNED, SIGNED, FLOAT = 1, 2, 3

_SHORT, _LONG, _LONG8 = 3, 4, 16
_FORMATS = {_SHORT: "H", _LONG: "I", _LONG8: "Q"}
_FLOATS = {16: "e", 32: "f", 64: "d"}
_LZW_CLEAR, _LZW_END, _LZW_LITERALS = 256, 257, 250


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How the samples of a picture are stored."""

    photometric: int
    bits: int = 8
    samples: int = 1
    sample_format: int = UNSIGNED
    extra: Sequence[int] | None = None
    """Values of ExtraSamples; None for no such tag."""
    order: str = "<"
    big: bool = False
    planar: int = 1
    tile: int | None = None
    """Side of a tile in pixels, a multiple of 16; None for strips."""
    rows_per_strip: int = 5
    fill_order: int = 1
    compression: int = UNCOMPRESSED
    predictor: int = 1
    more_tags: tuple[tuple[int, int, tuple[int, ...]], ...] = ()
    """Tag, type (3 or 4) and values of further tags."""


def tiff(width: int, height: int, samples: Sequence[float], layout: Layout) -> bytes:
    """Write a TIFF file.

    Args:
        width: In pixels; so is `height`.
        samples: Row by row, pixel by pixel.
        layout: How they are stored.
    """
    blocks = [_compressed(each, layout) for each in _blocks(width, height, samples, layout)]
    offset_type = _LONG8 if layout.big else _LONG
    body, offsets = bytearray(16 if layout.big else 8), list[int]()
    for block in blocks:
        offsets.append(len(body))
        body += block + bytes(-len(block) % 2)
    tags: list[tuple[int, int, Sequence[int]]] = [
        (256, _LONG, [width]),
        (257, _LONG, [height]),
        (258, _SHORT, [layout.bits] * layout.samples),
        (259, _SHORT, [layout.compression]),
        (262, _SHORT, [layout.photometric]),
        (277, _SHORT, [layout.samples]),
        (284, _SHORT, [layout.planar]),
        (317, _SHORT, [layout.predictor]),
        (339, _SHORT, [layout.sample_format] * layout.samples),
        *layout.more_tags,
    ]
    if layout.extra is not None:
        tags.append((338, _SHORT, layout.extra))
    sizes = [len(block) for block in blocks]
    if layout.tile is None:
        tags += [(278, _LONG, [layout.rows_per_strip])]
        tags += [(273, offset_type, offsets), (279, offset_type, sizes)]
    else:
        tags += [(322, _SHORT, [layout.tile]), (323, _SHORT, [layout.tile])]
        tags += [(324, offset_type, offsets), (325, offset_type, sizes)]
    return _with_directory(body, tags, layout)


def _with_directory(
    body: bytearray, tags: list[tuple[int, int, Sequence[int]]], layout: Layout
) -> bytes:
    order, big = layout.order, layout.big
    room, entry = (8, "HHQ") if big else (4, "HHI")
    entries = bytearray()
    for tag, kind, values in sorted(tags):
        data = struct.pack(f"{order}{len(values)}{_FORMATS[kind]}", *values)
        if len(data) > room:
            place = len(body)
            body += data + bytes(len(data) % 2)
            data = struct.pack(order + ("Q" if big else "I"), place)
        entries += struct.pack(order + entry, tag, kind, len(values)) + data.ljust(room, b"\0")
    mark = b"II" if order == "<" else b"MM"
    header = struct.pack(
        order + ("HHHQ" if big else "HI"), *((43, 8, 0) if big else (42,)), len(body)
    )
    count = struct.pack(order + ("Q" if big else "H"), len(tags))
    body[: len(mark + header)] = mark + header
    return bytes(body + count + entries + bytes(room))


def _blocks(width: int, height: int, samples: Sequence[float], layout: Layout) -> list[bytes]:
    """Return the bytes of each strip or tile, in the order of the file."""
    n = layout.samples
    planes = [samples] if layout.planar == 1 else [samples[k::n] for k in range(n)]
    together = n if layout.planar == 1 else 1
    across = layout.tile or width
    down = layout.tile or layout.rows_per_strip
    blocks = list[bytes]()
    for plane in planes:
        rows = [plane[y * width * together : (y + 1) * width * together] for y in range(height)]
        for top in range(0, height, down):
            for left in range(0, width, across):
                part = [
                    row[left * together : (left + across) * together]
                    for row in rows[top : top + down]
                ]
                if layout.tile:
                    part = [[*row, *[0] * (across * together - len(row))] for row in part]
                    part += [[0] * across * together] * (down - len(part))
                blocks.append(b"".join(_row(row, together, layout) for row in part))
    return blocks


def _row(row: Sequence[float], together: int, layout: Layout) -> bytes:
    if layout.sample_format == FLOAT:
        return _float_row(row, together, layout)
    bits = layout.bits
    whole = [int(sample) & (1 << bits) - 1 for sample in row]
    if layout.predictor == 2:
        before = [0] * together + whole
        whole = [(a - b) & (1 << bits) - 1 for a, b in zip(whole, before, strict=False)]
    if bits in (16, 32, 64):
        return struct.pack(
            f"{layout.order}{len(whole)}{ {16: 'H', 32: 'I', 64: 'Q'}[bits] }", *whole
        )
    text = "".join(f"{sample:0{bits}b}" for sample in whole)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def _float_row(row: Sequence[float], together: int, layout: Layout) -> bytes:
    code = f"{len(row)}{_FLOATS[layout.bits]}"
    if layout.predictor != 3:
        return struct.pack(layout.order + code, *row)
    # Adobe's TIFF Technical Note 3: all most significant bytes first, then differences of bytes.
    stored = struct.pack(">" + code, *row)
    step = layout.bits // 8
    split = b"".join(stored[k::step] for k in range(step))
    before = bytes(together) + split
    return bytes((a - b) & 255 for a, b in zip(split, before, strict=False))


def _compressed(block: bytes, layout: Layout) -> bytes:
    match layout.compression:
        case 8:
            return zlib.compress(block)
        case 5:
            return _lzw(block)
        case 32773:
            runs = [block[start : start + 128] for start in range(0, len(block), 128)]
            return b"".join(bytes([len(run) - 1]) + run for run in runs)
        case _:
            return block


def _lzw(block: bytes) -> bytes:
    """Compress with literals only; the table is cleared before its codes need 10 bits."""
    codes = list[int]()
    for start in range(0, len(block), _LZW_LITERALS):
        codes += [_LZW_CLEAR, *block[start : start + _LZW_LITERALS]]
    text = "".join(f"{code:09b}" for code in [*codes, _LZW_END])
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")
