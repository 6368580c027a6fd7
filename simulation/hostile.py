"""Files that are made to harm: made here, each with what may become of it."""

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random

from PIL import ExifTags, Image

from simulation.pictures import picture

PROCESSED = "processed"
JUNK = ("not-an-image", "unsupported-format")
BOMB = ("too-many-pixels",)

SIDE = 16_383
"""Of bombs: as much as a WebP can declare, and 268 megapixels."""


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """A file.

    Attributes:
        kind: What was done to it.
        verdicts: `processed`, or the reasons for which it may be rejected; empty if any verdict
            will do, since what is left of it is left to chance.
    """

    kind: str
    data: bytes
    verdicts: Sequence[str] = ()


def hostile(random: Random, number: int) -> Hostile:
    """Make the nth file: every kind comes in turn."""
    kinds = tuple(KINDS)
    kind = kinds[number % len(kinds)]
    make, verdicts = KINDS[kind]
    data = make(random, bytearray(picture(number // len(kinds))))
    return Hostile(kind=kind, data=data, verdicts=verdicts)


def _cut(random: Random, data: bytearray) -> bytes:
    return bytes(data[: random.randrange(1, len(data))])


def _flipped(random: Random, data: bytearray) -> bytes:
    for _ in range(random.randint(1, 8)):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(data)


def _spliced(random: Random, data: bytearray) -> bytes:
    """The beginning of one file, and the end of another, which may be of another format."""
    other = picture(random.randrange(997))
    return bytes(data[: random.randrange(1, len(data))] + other[random.randrange(len(other)) :])


def _repeated(random: Random, data: bytearray) -> bytes:
    start = random.randrange(len(data))
    part = data[start : start + random.randint(1, 64)]
    return bytes(data[:start] + part * random.randint(2, 200) + data[start:])


def _oversized_fields(random: Random, data: bytearray) -> bytes:
    """Lengths and counts at their largest."""
    start = random.randrange(4, max(5, len(data) - 4))
    data[start : start + 4] = random.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0"))
    return bytes(data)


def _png(width: int, height: int, *chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"".join(chunk(name, content) for name, content in (*chunks, (b"IEND", b"")))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body


def _png_bomb(_random: Random, _data: bytearray) -> bytes:
    """A row of zeros compresses a thousand times: https://www.w3.org/TR/png-3/"""
    return _png(SIDE, SIDE, (b"IDAT", zlib.compress(bytes(1_000_000), 9)))


def _webp_bomb(_random: Random, _data: bytearray) -> bytes:
    """The header of a lossless WebP: https://developers.google.com/speed/webp/docs/webp_lossless_bitstream_specification"""
    sizes = (SIDE - 1) | (SIDE - 1) << 14
    body = b"VP8L" + struct.pack("<I", 10) + b"\x2f" + struct.pack("<I", sizes) + bytes(5)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _jpeg_bomb(_random: Random, _data: bytearray) -> bytes:
    """The size is in the start of frame: https://www.w3.org/Graphics/JPEG/itu-t81.pdf"""
    output = BytesIO()
    Image.new("RGB", (12, 8), "teal").save(output, "JPEG")
    data = bytearray(output.getvalue())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", SIDE, SIDE)
    return bytes(data)


def _gif_bomb(_random: Random, _data: bytearray) -> bytes:
    """The size of the canvas is in the header: https://www.w3.org/Graphics/GIF/spec-gif89a.txt"""
    output = BytesIO()
    Image.new("P", (12, 8)).save(output, "GIF")
    data = bytearray(output.getvalue())
    data[6:10] = struct.pack("<HH", SIDE, SIDE)
    return bytes(data)


def _noise(random: Random, _data: bytearray) -> bytes:
    return random.randbytes(random.randint(1, 2_000))


def _other_format(random: Random, _data: bytearray) -> bytes:
    text = random.choice(
        (
            b"%PDF-1.7\n1 0 obj\n",
            b"PK\x03\x04\x14\0\0\0",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
            b"8BPS\0\x01",
            b"\x7fELF\x02\x01\x01",
        )
    )
    return text + random.randbytes(100)


def _jpeg_with(*segments: tuple[int, bytes]) -> bytes:
    output = BytesIO()
    Image.new("RGB", (12, 8), "teal").save(output, "JPEG")
    data = output.getvalue()
    more = b"".join(
        bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body for marker, body in segments
    )
    return data[:2] + more + data[2:]


def _endless_exif(_random: Random, _data: bytearray) -> bytes:
    """A directory whose pointers, to the next and to the one of GPS, lead back to itself."""
    gps = struct.pack("<HHII", ExifTags.IFD.GPSInfo, 4, 1, 8)
    tiff = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + gps + struct.pack("<I", 8)
    return _jpeg_with((0xE1, b"Exif\0\0" + tiff))


def _junk_metadata(random: Random, _data: bytearray) -> bytes:
    """Whatever metadata can be: none of it decides whether an image is one."""
    return _jpeg_with(
        (0xE1, b"Exif\0\0" + random.randbytes(500)),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + random.randbytes(500)),
        (0xED, b"Photoshop 3.0\0" + random.randbytes(500)),
        *[(0xFE, random.randbytes(10_000))] * 5,
    )


def _many_frames(_random: Random, _data: bytearray) -> bytes:
    frames = [Image.new("P", (12, 8), number % 256) for number in range(300)]
    output = BytesIO()
    frames[0].save(output, "GIF", save_all=True, append_images=frames[1:], duration=10)
    return output.getvalue()


def _text_bomb(_random: Random, _data: bytearray) -> bytes:
    """A comment that is a thousand times as long when it is read."""
    text = b"Comment\0\0" + zlib.compress(bytes(50_000_000), 9)
    rows = zlib.compress((b"\0" + bytes(12 * 3)) * 8)
    return _png(12, 8, (b"zTXt", text), (b"IDAT", rows))


def _followed_by_more(random: Random, data: bytearray) -> bytes:
    return bytes(data) + b"PK\x03\x04" + random.randbytes(5_000)


KINDS: dict[str, tuple[Callable[[Random, bytearray], bytes], Sequence[str]]] = {
    "cut": (_cut, ()),
    "flipped": (_flipped, ()),
    "spliced": (_spliced, ()),
    "repeated": (_repeated, ()),
    "oversized fields": (_oversized_fields, ()),
    "PNG bomb": (_png_bomb, BOMB),
    "WebP bomb": (_webp_bomb, BOMB),
    "JPEG bomb": (_jpeg_bomb, BOMB),
    "GIF bomb": (_gif_bomb, BOMB),
    "noise": (_noise, JUNK),
    "other formats": (_other_format, JUNK),
    "endless EXIF": (_endless_exif, (PROCESSED,)),
    "junk metadata": (_junk_metadata, (PROCESSED,)),
    "many frames": (_many_frames, (PROCESSED,)),
    "text bomb": (_text_bomb, ()),
    "followed by more": (_followed_by_more, (PROCESSED,)),
}
