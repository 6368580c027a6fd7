"""File object over the known byte ranges of a file, for decoders."""

from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase

from handler.images.codecs.decode_errors import called_by_decoder
from handler.model.byte_ranges import ByteRanges


class PartialFile(RawIOBase):
    """File object over byte ranges. Reading an unknown byte raises `NeedBytes`."""

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
        if position < 0:  # a hostile file can make a decoder seek there
            raise ValueError(f"cannot seek to {position}")
        self._position = position
        return position

    def read(self, size: int | None = -1, /) -> bytes:
        with called_by_decoder():
            length = self._parts.size_bytes if size is None or size < 0 else size
            data = self._parts.read(self._position, length)
            self._position += len(data)
            return data
