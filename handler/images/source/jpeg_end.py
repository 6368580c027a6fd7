"""Detection of JPEGs that are cut, and of those of which only the end marker is missing.

Markers: ITU-T T.81, table B.1. In the data of a picture, 0xFF is followed by 0 or a restart marker.
"""

from PIL import Image

from handler.images.codecs.decode_errors import DecodeError, call_decoder
from handler.images.codecs.parsers import open_image

_START_OF_SCAN = b"\xff\xda"
_END = b"\xff\xd9"

_RESTARTED = b"".join(b"\xff" + bytes([0xD0 + number]) + b"\x55" * 20 for number in range(8))
_OTHER_DATA = (b"\x55" * 100, b"\xa3" * 100, b"\x12\xd8\x6e\x91" * 25, _RESTARTED * 2)
"""One of these decodes to other pixels than nothing does, wherever a picture goes on. The last one
has all restart markers, as a decoder that waits for one skips everything else."""

_MAX_ZEROS = 2
"""Zeros that can belong to a picture; more were never written by what allocated the file."""


def has_end(data: bytes) -> bool:
    """Return whether an end marker follows the last scan of a JPEG."""
    if data.endswith(_END):
        return True
    return data.find(_END, data.rfind(_START_OF_SCAN) + len(_START_OF_SCAN)) >= 0


def with_missing_end(data: bytes) -> bytes | None:
    """Return a JPEG with its end marker, if only that is missing; None if pixels are missing, too.

    The picture is complete if data after the end of the file would not change it.

    Args:
        data: A JPEG without an end marker.
    """
    written = data.rstrip(b"\0")
    zeros = len(data) - len(written)
    # A few of the zeros can belong to the picture.
    starts = [data] if zeros <= _MAX_ZEROS else [written + bytes(n) for n in range(_MAX_ZEROS + 1)]
    return next((start.rstrip(_END[:1]) + _END for start in starts if _is_complete(start)), None)


def _is_complete(data: bytes) -> bool:
    start = data.rstrip(_END[:1])
    try:
        picture = _pixels(start + _END)
        return all(picture == _pixels(start + other + _END) for other in _OTHER_DATA)
    except DecodeError:
        return False


def _pixels(data: bytes) -> Image.Image:
    image = open_image(data, "JPEG")
    call_decoder(image.load)
    return image
