"""Writes animated GIFs: https://www.w3.org/Graphics/GIF/spec-gif89a.txt

Pillow compresses each frame; how frames follow one another is written here, since Pillow merges
frames, cuts times off to hundredths and takes colours for transparent that are not.
"""

import struct
from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image, ImageChops

from handler.images.render.encode_errors import call_encoder
from handler.images.render.palette import TRANSPARENT, quantize

_HEADER_BYTES = 13
_DESCRIPTOR_BYTES = 10
_TABLE_OF_256 = 0x87
"""There is a table, of 2 ** (7 + 1) colours."""
_KEEP, _CLEAR = 1, 2
"""What becomes of a frame when its time is over: it stays, or what is behind all shows."""

_MAX_16_BITS = 65_535
_BROWSERS_LEAST = 2
"""Hundredths of a second. Browsers show what is shorter for ten:
https://bugzilla.mozilla.org/show_bug.cgi?id=1103354"""


def animated_gif(
    frames: Sequence[Image.Image], durations_ms: Sequence[int], loop_count: int
) -> bytes:
    """Return the bytes of an animation.

    Args:
        frames: Each the whole picture, of one size and mode: L, LA, RGB or RGBA.
        durations_ms: How long each is shown; at most 655 s.
        plays: How often all are shown; 0 for ever.
    """
    coloured = quantize(frames)
    first = coloured[0]
    parts = [
        b"GIF89a",
        struct.pack("<HHBBB", *first.size, _TABLE_OF_256 | 0x70, 0, 0),
        _table(first),
        _repetition(loop_count),
    ]
    previous = None
    for frame, hundredths in zip(coloured, in_hundredths(durations_ms), strict=True):
        parts.append(_frame(frame, previous, hundredths, _table(first)))
        previous = frame
    return b"".join([*parts, b";"])


def in_hundredths(durations_ms: Sequence[int]) -> Iterator[int]:
    """Yield times in hundredths of a second, so that no time is lost or gained in all.

    What is no shorter than browsers show does not become so.
    """
    due_ms = shown = 0
    for duration_ms in durations_ms:
        due_ms += min(duration_ms, 10 * _MAX_16_BITS)
        least = min(_BROWSERS_LEAST, round(duration_ms / 10))
        hundredths = min(max(least, round(due_ms / 10) - shown), _MAX_16_BITS)
        shown += hundredths
        yield hundredths


def _repetition(loop_count: int) -> bytes:
    """Netscape's extension, which says how often an animation is shown again, and 0 for ever."""
    if loop_count == 1:
        return b""
    again = min(max(0, loop_count - 1), _MAX_16_BITS)
    return b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<HB", again, 0)


def _frame(
    frame: Image.Image, previous: Image.Image | None, hundredths: int, shared_table: bytes
) -> bytes:
    is_transparent = "transparency" in frame.info
    if is_transparent:
        seen = frame.copy().convert("RGBA")  # of the copy: it gives the palette an alpha
        box = seen.getchannel("A").getbbox()
    else:
        frame, box = _change(frame, previous)
    left, upper, right, lower = box or (0, 0, 1, 1)
    table = _table(frame)
    control = (1 | (_CLEAR if is_transparent else _KEEP) << 2, hundredths, TRANSPARENT)
    size = (right - left, lower - upper)
    is_shared = table == shared_table
    return (
        b"!\xf9\x04"
        + struct.pack("<BHBB", *control, 0)
        + struct.pack("<BHHHHB", 0x2C, left, upper, *size, 0 if is_shared else _TABLE_OF_256)
        + (b"" if is_shared else table)
        + _compressed(frame.crop((left, upper, right, lower)))
    )


def _change(
    frame: Image.Image, previous: Image.Image | None
) -> tuple[Image.Image, tuple[int, int, int, int] | None]:
    """Return the frame without what is the same as before, and the box of what is not."""
    if previous is None:
        return frame, (0, 0, *frame.size)
    difference = ImageChops.difference(frame.convert("RGB"), previous.convert("RGB"))
    red, green, blue = difference.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    same = most.point(  # pyright: ignore[reportUnknownMemberType] # names numpy types
        [255] + [0] * 255
    )
    changed = frame.copy()
    changed.paste(TRANSPARENT, mask=same)
    return changed, difference.getbbox()


def _table(frame: Image.Image) -> bytes:
    return bytes(frame.getpalette() or [])


def _compressed(frame: Image.Image) -> bytes:
    """Return the data of an image, as Pillow writes them behind tables, extensions and descriptor.

    Of the extensions only that for control can be there, which has eight bytes.
    """
    output = BytesIO()
    pixels = frame.width * frame.height
    call_encoder(pixels, frame.save, output, "GIF", optimize=False, interlace=False)
    data = output.getvalue()
    start = _HEADER_BYTES + 3 * 2 ** ((data[10] & 7) + 1)
    while data[start : start + 1] == b"!":
        start += 8
    return data[start + _DESCRIPTOR_BYTES : -1]
