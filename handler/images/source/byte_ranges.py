"""A file of which only some parts are known yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase

from handler.images.source.decode_errors import called_by_decoder


@dataclass(frozen=True, kw_only=True)
class Span:
    """Bytes of a file, from `start` up to `end`."""

    start: int
    end: int


class NeedBytes(BaseException):
    """Raised by a read of what is not known.

    No `Exception`, so that no parser takes it for bad data.
    """

    def __init__(self, span: Span) -> None:
        self.span = span
        super().__init__(f"bytes {span.start}-{span.end} are not there")


@dataclass(frozen=True, kw_only=True)
class ByteRanges:
    """What is known of a file of `size_bytes`: parts by where they start."""

    size_bytes: int
    known: Sequence[tuple[int, bytes]] = ()

    def adding(self, start: int, data: bytes) -> "ByteRanges":
        """Return these parts and one more."""
        return ByteRanges(size_bytes=self.size_bytes, known=(*self.known, (start, data)))

    def read(self, start: int, length: int) -> bytes:
        """Return bytes; fewer where the file ends.

        Raises:
            Missing: If any of them is not known.
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
        """Return the file with zeros for what is not known."""
        data = bytearray(self.size_bytes)
        for start, part in self.known:
            data[start : start + len(part)] = part
        return bytes(data)


class PartialFile(RawIOBase):
    """The parts as a file for decoders. A read of what is not known raises `NeedBytes`."""

    def __init__(self, parts: ByteRanges) -> None:
        super().__init__()
        self._parts = parts
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        with called_by_decoder():
            ends = {SEEK_SET: 0, SEEK_CUR: self._position, SEEK_END: self._parts.size_bytes}
            position = ends[whence] + offset
        if position < 0:  # which a file can ask a decoder for
            raise ValueError(f"there is nothing at {position}")
        self._position = position
        return position

    def read(self, size: int | None = -1, /) -> bytes:
        with called_by_decoder():
            length = self._parts.size_bytes if size is None or size < 0 else size
            data = self._parts.read(self._position, length)
            self._position += len(data)
            return data
