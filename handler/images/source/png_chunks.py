"""Chunks of a PNG: https://www.w3.org/TR/png-3/#5Chunk-layout"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ANIMATION = (b"acTL", b"fcTL", b"fdAT")

LEAST_TRANSPARENCY_BYTES = {0: 2, 2: 6, 3: 1}
"""Least length of a tRNS chunk by colour type; the others have an alpha channel."""

SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chunk:
    """A complete chunk in a file."""

    kind: bytes
    start: int
    """Position of the body; so is `end`."""
    end: int

    @property
    def before(self) -> int:
        """Position of the chunk, which starts with length and type."""
        return self.start - 8

    @property
    def after(self) -> int:
        """Position after the checksum."""
        return self.end + 4

    def body(self, data: bytes) -> bytes:
        """Return what follows length and type."""
        return data[self.start : self.end]

    def is_intact(self, data: bytes) -> bool:
        """Return whether the checksum is right."""
        checked = memoryview(data)[self.start - 4 : self.end]
        return zlib.crc32(checked).to_bytes(4, "big") == data[self.end : self.after]


def chunks_of(
    data: bytes, position: int = len(SIGNATURE), end: int | None = None
) -> Iterator[Chunk]:
    """Yield the complete chunks up to IEND, a cut chunk, or what cannot be one.

    Args:
        data: The file.
        position: Start of a chunk.
        end: Where to stop, at the latest.
    """
    stop = len(data) if end is None else end
    kind = b""
    while kind != b"IEND":
        kind = data[position + 4 : position + 8]
        body_end = position + 8 + int.from_bytes(data[position : position + 4], "big")
        if body_end + 4 > stop or not kind.isalpha():
            return
        yield Chunk(kind=kind, start=position + 8, end=body_end)
        position = body_end + 4


def find_chunk(data: bytes, kind: bytes) -> bytes | None:
    """Return the body of the first chunk of a type; None if there is none."""
    return next((chunk.body(data) for chunk in chunks_of(data) if chunk.kind == kind), None)


def without_chunks(data: bytes, chunks: Sequence[Chunk]) -> bytes:
    """Return a file without chunks of it, given in their order; the same object without any."""
    if not chunks:
        return data
    starts = [0, *(chunk.after for chunk in chunks)]
    ends = [*(chunk.before for chunk in chunks), len(data)]
    return b"".join(data[start:end] for start, end in zip(starts, ends, strict=True))


def chunk_bytes(kind: bytes, body: bytes) -> bytes:
    """Return a chunk with its length and checksum."""
    checksum = zlib.crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + checksum
