"""Chunks of a PNG: https://www.w3.org/TR/png-3/#5Chunk-layout"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chunk:
    """A complete chunk in a file."""

    kind: bytes
    start: int
    """Position of the body; so is `end`."""
    end: int

    def body(self, data: bytes) -> bytes:
        """Return what follows length and type."""
        return data[self.start : self.end]

    def is_intact(self, data: bytes) -> bool:
        """Return whether the checksum is right."""
        expected = data[self.end : self.end + 4]
        return zlib.crc32(data[self.start - 4 : self.end]).to_bytes(4, "big") == expected


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


def chunk_bytes(kind: bytes, body: bytes) -> bytes:
    """Return a chunk with its length and checksum."""
    checksum = zlib.crc32(kind + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + kind + body + checksum
