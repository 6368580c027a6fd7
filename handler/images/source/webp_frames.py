"""The good part of an animated WebP: libwebp refuses a file that is cut or has one bad frame.

https://developers.google.com/speed/webp/docs/riff_container
"""

_HEADER_BYTES = 12
_IS_ANIMATED = 2
"""Animation flag of the VP8X chunk."""


def good_part(data: bytes) -> bytes:
    """Return an animated WebP without what follows its good frames; other files as they are."""
    if data[12:16] != b"VP8X" or not data[20:21] or not data[20] & _IS_ANIMATED:
        return data
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    position, frames = _HEADER_BYTES, 0
    while position + 8 <= end:
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        is_frame = data[position : position + 4] == b"ANMF"
        is_on_canvas = not is_frame or _is_on_canvas(data, position + 8)
        if position + 8 + length > end or not is_on_canvas:
            break
        position += 8 + length + length % 2
        frames += is_frame
    if not frames or position >= 8 + int.from_bytes(data[4:8], "little"):
        return data
    body = data[8:position].ljust(position - 8, b"\0")
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _is_on_canvas(data: bytes, start: int) -> bool:
    """Return whether the rectangle of a frame lies within the picture."""
    across = 2 * _three_bytes(data, start) + _three_bytes(data, start + 6)
    down = 2 * _three_bytes(data, start + 3) + _three_bytes(data, start + 9)
    return across <= _three_bytes(data, 24) and down <= _three_bytes(data, 27)


def _three_bytes(data: bytes, start: int) -> int:
    return int.from_bytes(data[start : start + 3], "little")
