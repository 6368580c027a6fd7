"""Known byte ranges of a file."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Span:
    """A byte range of a file, from `start` up to and excluding `end`."""

    start: int
    end: int


class NeedBytes(BaseException):
    """Raised by a read of unknown bytes.

    Not an `Exception`, so that no parser handles it as bad data.
    """

    span: Span
    """The bytes that are needed."""

    def __init__(self, span: Span) -> None:
        self.span = span
        super().__init__(f"bytes {span.start}-{span.end} are unknown")


@dataclass(frozen=True, kw_only=True)
class ByteRanges:
    """Known byte ranges of a file."""

    size_bytes: int
    """Size of the whole file."""
    known: Sequence[tuple[int, bytes]] = ()
    """Start and content of each range."""

    @staticmethod
    def whole(data: bytes) -> "ByteRanges":
        """Return a file of which everything is known."""
        return ByteRanges(size_bytes=len(data), known=((0, data),))

    def adding(self, start: int, data: bytes) -> "ByteRanges":
        """Return these ranges and one more."""
        return ByteRanges(size_bytes=self.size_bytes, known=(*self.known, (start, data)))

    def read(self, start: int, length: int) -> bytes:
        """Return a range of bytes, truncated at the end of the file.

        Raises:
            NeedBytes: If any of the bytes is unknown.
        """
        end = min(start + length, self.size_bytes)
        read = b""
        while (at := start + len(read)) < end:
            part = next((p for p in self.known if p[0] <= at < p[0] + len(p[1])), None)
            if part is None:
                raise NeedBytes(Span(start=at, end=end))
            read += part[1][at - part[0] : end - part[0]]
        return read

    def filled(self) -> bytes:
        """Return the whole file with zeros for unknown bytes."""
        data = bytearray(self.size_bytes)
        for start, part in self.known:
            data[start : start + len(part)] = part
        return bytes(data)
