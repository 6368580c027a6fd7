"""Compression of bytes to a zlib stream: RFC 1950.

libdeflate takes a quarter of zlib's time for as few bytes. zlib stands in where a layer that is
built elsewhere lacks it.
"""

import zlib

try:
    from deflate import (
        zlib_compress,  # pyright: ignore[reportUnknownVariableType] # names collections.abc.Buffer of 3.12
    )
except ImportError:
    _HIGHEST_LEVEL = 4
    """zlib's level 6 takes twice the time of 4 to save 2 %."""

    def zlib_compress(data: bytes | bytearray, compresslevel: int) -> bytes | bytearray:
        """Compress with zlib instead of libdeflate."""
        return zlib.compress(data, min(compresslevel, _HIGHEST_LEVEL))


_QUICK, _NORMAL, _THOROUGH = 1, 6, 9
_WINDOW_BITS, _MEMORY_LEVEL = 15, 9

_SPARE_BYTES = 2 * 1024 * 1024
"""More than libdeflate allocates besides the result, measured: 0.7 MiB."""

Stream = bytes | bytearray


def normal(data: Stream) -> Stream:
    """Compress."""
    return _compressed(data, _NORMAL)


def thorough(data: Stream) -> Stream:
    """Compress in up to five times the time, to save 1-3 %."""
    return _compressed(data, _THOROUGH)


def huffman(data: Stream) -> Stream:
    """Compress without looking for repeated bytes, which noise has none of."""
    compressor = zlib.compressobj(
        _NORMAL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL, zlib.Z_HUFFMAN_ONLY
    )
    return compressor.compress(data) + compressor.flush()


def quick_size(data: Stream) -> int:
    """Return about how many bytes would remain, to compare ways to store the same pixels."""
    return len(_compressed(data, _QUICK))


def _compressed(data: Stream, level: int) -> Stream:
    """Compress.

    Raises:
        MemoryError: If there is too little memory, of which libdeflate would crash.
    """
    bytes(len(data) + _SPARE_BYTES)  # untouched pages are not committed
    return zlib_compress(data, level)
