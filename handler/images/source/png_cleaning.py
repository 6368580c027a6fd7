"""Removal of the chunks that a PNG is shown without, if they would keep it from being decoded.

Browsers skip an ancillary chunk that they cannot read: https://www.w3.org/TR/png-3/#13Decoders.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from handler.images.codecs.png_plugin import MAX_PNG_PROFILE_BYTES
from handler.images.source.png_chunks import (
    ANIMATION,
    LEAST_TRANSPARENCY_BYTES,
    Chunk,
    chunk_bytes,
    chunks_of,
    without_chunks,
)
from handler.model.printable import printable

MAX_TEXT_BYTES = 1_024 * 1_024
"""Larger texts, after decompression, are ignored, and so are all beyond `_MAX_TEXTS_BYTES`."""
_MAX_TEXTS_BYTES = 8 * MAX_TEXT_BYTES

_MAX_DAMAGE_BYTES = 200
_LOWER_CASE = 0x20
"""Bit of the first letter of a type that is set for ancillary chunks."""

_LEAST_BYTES = {
    b"cHRM": 32,
    b"gAMA": 4,
    b"sRGB": 1,
    b"cICP": 4,
    b"pHYs": 9,
    b"iCCP": 3,
    b"tIME": 7,
}
"""Lengths of chunks that are read: https://www.w3.org/TR/png-3/#11Chunks"""
_COLOUR_TYPE_OFFSET = 25
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_NAMES_OF_FACTS = frozenset(
    {
        *(b"aspect", b"bbox", b"blend", b"chromaticity", b"default_image", b"disposal", b"dpi"),
        *(b"duration", b"exif", b"gamma", b"icc_profile", b"interlace", b"loop", b"srgb"),
        *(b"transparency", b"xmp"),
    }
)
"""Names under which Pillow keeps facts, where a text with that keyword would replace them."""


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """A file as it can be decoded."""

    data: bytes
    damage: str | None = None
    """Description of what was damaged; None if nothing was."""


def clean_png(data: bytes) -> Cleaned:
    """Return a PNG without unreadable and oversized ancillary chunks, and with an end; the same
    object if nothing is wrong.

    The chunks of animations are kept in any case, as each frame is decoded by itself. So are the
    others that a PNG needs, where a wrong checksum is no reason to show nothing.

    Args:
        data: A file with a PNG's signature; it may be cut.
    """
    chunks = list(chunks_of(data))
    dropped: list[Chunk] = []
    damage: list[str] = []
    texts_bytes = 0
    for chunk in chunks:
        fault = _fault(chunk, data)
        if fault is not None:
            damage.append(f"the chunk {chunk.kind.decode()} {fault}")
            is_dropped = _is_ancillary(chunk)
        elif chunk.kind in _TEXTS:
            body = chunk.body(data)
            text_bytes = _text_bytes(chunk.kind, body)
            texts_bytes += text_bytes
            is_usable = _is_usable(chunk.kind, body, text_bytes)
            is_dropped = not is_usable or texts_bytes > _MAX_TEXTS_BYTES
        else:
            is_dropped = False
        if is_dropped:
            dropped.append(chunk)
    if _lacks_end(chunks):
        damage.append("the end of the file is missing")
        data = data[: chunks[-1].after] + chunk_bytes(b"IEND", b"")
    described = printable(", ".join(dict.fromkeys(damage)), _MAX_DAMAGE_BYTES)
    return Cleaned(data=without_chunks(data, dropped), damage=described or None)


def _lacks_end(chunks: Sequence[Chunk]) -> bool:
    """Return whether a PNG is cut after complete image data, which may be all of them."""
    return any(chunk.kind == b"IDAT" for chunk in chunks) and chunks[-1].kind != b"IEND"


def _is_ancillary(chunk: Chunk) -> bool:
    return bool(chunk.kind[0] & _LOWER_CASE) and chunk.kind not in ANIMATION


def _fault(chunk: Chunk, data: bytes) -> str | None:
    if not chunk.is_intact(data):
        return "has a wrong checksum"
    if chunk.end - chunk.start < _least_bytes(chunk.kind, data[_COLOUR_TYPE_OFFSET]):
        return "is too short"
    if chunk.kind == b"iCCP":
        return _profile_fault(chunk.body(data))
    return None


def _least_bytes(kind: bytes, colour_type: int) -> int:
    if kind == b"tRNS":
        return LEAST_TRANSPARENCY_BYTES.get(colour_type, 0)
    return _LEAST_BYTES.get(kind, 0)


def _profile_fault(content: bytes) -> str | None:
    _, _, compressed = content.partition(b"\0")
    if compressed[:1] != b"\0":
        return "is compressed in an unknown way"
    if _inflated_bytes(compressed[1:], MAX_PNG_PROFILE_BYTES) > MAX_PNG_PROFILE_BYTES:
        return f"exceeds {MAX_PNG_PROFILE_BYTES} bytes"
    return None


def _is_usable(kind: bytes, body: bytes, text_bytes: int) -> bool:
    keyword, _, rest = body.partition(b"\0")
    is_readable = kind != b"zTXt" or rest[:1] in (b"", b"\0")
    return is_readable and text_bytes <= MAX_TEXT_BYTES and keyword not in _NAMES_OF_FACTS


def _text_bytes(kind: bytes, body: bytes) -> int:
    """Return how long a text is after decompression, or a little more than is allowed."""
    _, _, rest = body.partition(b"\0")
    if kind == b"zTXt":
        return _inflated_bytes(rest[1:], MAX_TEXT_BYTES)
    if kind == b"iTXt" and rest[:2] == b"\1\0":
        return _inflated_bytes(rest[2:].split(b"\0", 2)[-1], MAX_TEXT_BYTES)
    return len(rest)


def _inflated_bytes(compressed: bytes, most: int) -> int:
    """Return the size after decompression, counted up to one byte more than `most`."""
    try:
        return len(zlib.decompressobj().decompress(compressed, most + 1))
    except zlib.error:
        return 0
