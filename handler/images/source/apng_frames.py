"""Frames and loop count of an animated PNG: https://www.w3.org/TR/png-3/#apng-frame-based-animation

What makes Chromium and Firefox ignore an animation makes a still image here, too.
"""

import struct
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain

from handler.images.codecs.decode_errors import DecodeError
from handler.images.geometry import Size
from handler.images.source.compositor import Disposal, Frame
from handler.images.source.png_chunks import (
    ANIMATION,
    LEAST_TRANSPARENCY_BYTES,
    SIGNATURE,
    Chunk,
    chunk_bytes,
    chunks_of,
    without_chunks,
)

_CUT = Chunk(kind=b"", start=0, end=0)
_ENDS_OF_FRAMES = (b"fcTL", b"IEND", _CUT.kind)
_DISPOSALS = (Disposal.KEEP, Disposal.CLEAR, Disposal.RESTORE)
_MAX_31_BITS = 2**31 - 1
_DEFAULT_DENOMINATOR = 100


def apng_frames(data: bytes, canvas_size: Size) -> Iterator[Frame]:
    """Yield the frames, none for a still image. The header's number of frames is not used.

    Raises:
        DecodeError: If a frame is cut or violates the specification.
    """
    if _plays(data, canvas_size) is None:
        return
    header = _frame_header(data)
    frame: Frame | None = None
    region: tuple[int, int] | None = None
    number = 0
    for chunk in chain(chunks_of(data), [_CUT]):
        if frame is not None and chunk.kind in _ENDS_OF_FRAMES:
            yield _with_pixels(data, header, frame, region)
            frame = None
        if chunk.kind == b"IEND":
            return
        number = _next_number(data, chunk, number)
        if chunk.kind == b"fcTL":
            frame, region = _frame(data, chunk, canvas_size), None
        elif chunk.kind in (b"IDAT", b"fdAT"):
            region = (region[0] if region else chunk.before), chunk.after
    raise DecodeError("the file ends within an animation")


def apng_loop_count(data: bytes, canvas_size: Size) -> int:
    """Return how often the animation plays, 0 for endless."""
    return _plays(data, canvas_size) or 0


def without_animation(data: bytes) -> bytes:
    """Return a PNG without the chunks of its animation; the same object if it has none."""
    return without_chunks(data, [chunk for chunk in chunks_of(data) if chunk.kind in ANIMATION])


def _plays(data: bytes, canvas_size: Size) -> int | None:
    """Return how often the file says that it plays; None if browsers ignore its animation."""
    plays: int | None = None
    for chunk in chunks_of(data):
        if chunk.kind == b"IDAT":
            return plays
        if chunk.kind == b"acTL":
            frames, count = struct.unpack(">II", chunk.body(data)[:8].ljust(8, b"\0"))
            is_valid = chunk.end - chunk.start == 8 and chunk.is_intact(data)
            if plays is not None or not is_valid or not 0 < frames <= _MAX_31_BITS:
                return None
            plays = min(count, _MAX_31_BITS)
        if chunk.kind == b"fdAT" or (
            chunk.kind == b"fcTL" and not _is_whole(data, chunk, canvas_size)
        ):
            return None
    return None


def _is_whole(data: bytes, chunk: Chunk, canvas_size: Size) -> bool:
    """Return whether a frame covers the canvas, as that of the default image must."""
    try:
        return _frame(data, chunk, canvas_size).box == (0, 0, *canvas_size)
    except DecodeError:
        return False


def _next_number(data: bytes, chunk: Chunk, number: int) -> int:
    """Return the sequence number after a chunk, which must be in its place."""
    if chunk.kind not in (b"fcTL", b"fdAT"):
        return number
    if chunk.body(data)[:4] != number.to_bytes(4, "big"):
        raise DecodeError("a frame is missing or not in its place")
    return number + 1


def _frame(data: bytes, chunk: Chunk, canvas_size: Size) -> Frame:
    """Describe a frame by its control chunk, without pixels."""
    body = chunk.body(data)
    if len(body) != 26 or not chunk.is_intact(data):
        raise DecodeError("the header of a frame is damaged")
    _, width, height, left, upper, delay, per_second, disposal, blend = struct.unpack(
        ">5I2H2B", body
    )
    box = left, upper, left + width, upper + height
    is_on_canvas = box[2] <= canvas_size[0] and box[3] <= canvas_size[1]
    if not (width and height and is_on_canvas and disposal < len(_DISPOSALS) and blend <= 1):
        raise DecodeError("the header of a frame is invalid")
    return Frame(
        box=box,
        duration_ms=round(1_000 * delay / (per_second or _DEFAULT_DENOMINATOR)),
        disposal=_DISPOSALS[disposal],
        is_blended=blend == 1,
        file=bytes,
    )


def _with_pixels(
    data: bytes, header: tuple[bytes, bytes], frame: Frame, region: tuple[int, int] | None
) -> Frame:
    if region is None:
        raise DecodeError("a frame has no pixels")
    left, upper, right, lower = frame.box
    size = right - left, lower - upper
    return replace(frame, file=partial(_file, data, header, size, region))


def _frame_header(data: bytes) -> tuple[bytes, bytes]:
    """Return what all frames have in common: the body of IHDR after the size, and the chunks of
    palette and transparent colours.
    """
    common, chunks = b"", b""
    for chunk in chunks_of(data):
        body = chunk.body(data)
        if chunk.kind == b"IDAT":
            break
        if chunk.kind == b"IHDR":
            common = body[8:]
        least_bytes = LEAST_TRANSPARENCY_BYTES.get(common[1]) if len(common) == 5 else None
        if chunk.kind == b"PLTE" or (
            chunk.kind == b"tRNS"
            and least_bytes is not None
            and len(body) >= least_bytes
            and chunk.is_intact(data)
        ):
            chunks += chunk_bytes(chunk.kind, body)
    return common, chunks


def _file(data: bytes, header: tuple[bytes, bytes], size: Size, region: tuple[int, int]) -> bytes:
    common, palette = header
    pixels: list[bytes] = []
    for chunk in chunks_of(data, *region):
        if chunk.kind not in (b"IDAT", b"fdAT"):
            continue
        if not chunk.is_intact(data):
            raise DecodeError("the pixels of a frame have a wrong checksum")
        pixels.append(data[chunk.start + 4 * (chunk.kind == b"fdAT") : chunk.end])
    return b"".join(
        [
            SIGNATURE,
            chunk_bytes(b"IHDR", struct.pack(">II", *size) + common),
            palette,
            chunk_bytes(b"IDAT", b"".join(pixels)),
            chunk_bytes(b"IEND", b""),
        ]
    )
