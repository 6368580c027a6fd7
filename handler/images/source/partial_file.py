"""A file of which only some parts are known yet, as decoders read files."""

from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase

from handler.images.codecs.decode_errors import called_by_decoder
from handler.model.byte_ranges import ByteRanges


class PartialFile(RawIOBase):
    """The parts as a file. A read of what is not known raises `NeedBytes`."""

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
