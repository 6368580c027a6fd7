"""Faults that no pixel depends on never sink a picture."""

import struct
import zlib

import pytest
from PIL import Image

from handler.images.policy import ImagePolicy
from handler.images.source.decode import SourceImage
from handler.images.source.header import read_header
from handler.images.source.png_cleaning import MAX_TEXT_BYTES
from handler.model.byte_ranges import ByteRanges
from handler.model.errors import Reason
from handler.model.facts import ImageFacts
from tests.handler.images.source.decoding import MAX_PIXELS, decoded, rejection_of
from tests.handler.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    blocks,
    encode,
    pixel,
    png,
    profile_with_red_and_blue_swapped,
)

GRID = [[RED, GREEN], [BLUE, YELLOW]]
AFTER_HEADER = 8 + 25
"""Length of a PNG's signature and its IHDR chunk."""


def chunk(kind: bytes, content: bytes, *, checksum_error: int = 0) -> bytes:
    checksum = zlib.crc32(kind + content) ^ checksum_error
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def png_with(*chunks: bytes, image: Image.Image | None = None) -> bytes:
    file = encode(image or blocks(GRID), "PNG")
    return file[:AFTER_HEADER] + b"".join(chunks) + file[AFTER_HEADER:]


def corners(image: SourceImage) -> list[tuple[int, ...]]:
    right, bottom = image.pixels.width - 1, image.pixels.height - 1
    return [pixel(image.pixels, x, y)[:3] for y in (0, bottom) for x in (0, right)]


SHORT = {
    kind: chunk(kind, content)
    for kind, content in {
        b"cHRM": bytes(31),
        b"gAMA": bytes(3),
        b"sRGB": b"",
        b"pHYs": bytes(8),
        b"tRNS": bytes(5),
        b"iCCP": b"a",
        b"cICP": bytes(3),
        b"tIME": bytes(6),
    }.items()
}


@pytest.mark.parametrize("kind", SHORT)
def test_a_short_ancillary_chunk_is_left_out_and_the_file_is_marked(kind: bytes) -> None:
    image = decoded(png_with(SHORT[kind]))
    assert corners(image) == [RED, GREEN, BLUE, YELLOW]
    assert image.pixels.mode == "RGB"
    assert image.details["damaged"] is True
    assert image.details["damage"] == f"the chunk {kind.decode()} is too short"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (b"tRNS", struct.pack(">3H", 255, 0, 0)),
        (b"gAMA", struct.pack(">I", 100_000)),
        (b"tEXt", b"Title\0a"),
        (b"eXIf", b"MM\0*"),
        (b"abCd", b"private"),
    ],
)
def test_an_ancillary_chunk_with_a_wrong_checksum_is_left_out(kind: bytes, content: bytes) -> None:
    image = decoded(png_with(chunk(kind, content, checksum_error=1)))
    assert corners(image) == [RED, GREEN, BLUE, YELLOW]
    assert image.pixels.mode == "RGB"
    assert image.details["damage"] == f"the chunk {kind.decode()} has a wrong checksum"
    whole = decoded(png_with(chunk(kind, content)))
    assert "damaged" not in whole.details


def test_the_description_of_damage_names_each_fault_once_and_is_short() -> None:
    broken = chunk(b"tEXt", b"Title\0a", checksum_error=1)
    image = decoded(png_with(*[broken] * 500))
    assert image.details["damage"] == "the chunk tEXt has a wrong checksum"
    names = [f"t{first}{second}z".encode() for first in "ABCDEFGH" for second in "ABCDEFGH"]
    many = decoded(png_with(*(chunk(name, b"", checksum_error=1) for name in names)))
    assert len(str(many.details["damage"])) <= 200


LONG = b"x" * (MAX_TEXT_BYTES + 1)


@pytest.mark.parametrize(
    "chunks",
    [
        [chunk(b"zTXt", b"Comment\0\0" + zlib.compress(LONG))],
        [chunk(b"tEXt", b"Comment\0" + LONG)],
        [chunk(b"iTXt", b"Comment\0\0\0\0\0" + LONG)],
        [chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(LONG))],
        [chunk(b"zTXt", b"Comment\0\0" + zlib.compress(LONG[:-1]))] * 70,
        [chunk(b"zTXt", b"Comment\0\1" + zlib.compress(b"an unknown method"))],
        [chunk(b"tEXt", keyword + b"\0text") for keyword in (b"transparency", b"exif", b"dpi")],
        [chunk(b"tEXt", keyword + b"\0text") for keyword in (b"duration", b"interlace", b"loop")],
        [chunk(b"iTXt", b"icc_profile\0\0\0\0\0text"), chunk(b"zTXt", b"transparency\0\0x")],
    ],
)
def test_texts_of_any_size_and_name_are_no_damage(chunks: list[bytes]) -> None:
    image = decoded(png_with(*chunks, image=blocks(GRID).convert("P")))
    assert corners(image) == [RED, GREEN, BLUE, YELLOW]
    assert "damaged" not in image.details
    assert "exif" not in image.details
    assert "dpi" not in image.details


def test_a_short_text_is_read_although_a_long_one_is_not() -> None:
    xmp = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
        xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
        xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li
        xml:lang="x-default">Kept</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF>
        </x:xmpmeta>"""
    short = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)
    image = decoded(png_with(chunk(b"tEXt", b"Comment\0" + LONG), short))
    assert image.details["title"] == "Kept"


@pytest.mark.parametrize(
    "content",
    [
        b"name\0\1" + zlib.compress(b"profile"),
        b"name\0\0" + zlib.compress(bytes(9 * 1_024 * 1_024)),
        b"name without an end",
    ],
)
def test_a_profile_that_cannot_be_read_is_left_out_and_the_file_is_marked(content: bytes) -> None:
    image = decoded(png_with(chunk(b"iCCP", content)))
    assert corners(image) == [RED, GREEN, BLUE, YELLOW]
    assert image.details["damaged"] is True


def test_a_profile_of_more_than_a_mebibyte_is_applied() -> None:
    profile = profile_with_red_and_blue_swapped()
    padded = profile + bytes(2 * 1_024 * 1_024 - len(profile))
    padded = struct.pack(">I", len(padded)) + padded[4:]  # its first field is its length
    plain = decoded(png_with(chunk(b"iCCP", b"p\0\0" + zlib.compress(profile))))
    long = decoded(png_with(chunk(b"iCCP", b"p\0\0" + zlib.compress(padded))))
    assert corners(long) == corners(plain) != [RED, GREEN, BLUE, YELLOW]


def test_a_png_without_its_last_chunk_is_complete() -> None:
    image = decoded(encode(blocks(GRID), "PNG")[:-12])
    assert corners(image) == [RED, GREEN, BLUE, YELLOW]
    assert image.details["damaged"] is True


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_bytes_after_the_picture_are_no_damage(image_format: str) -> None:
    file = encode(blocks(GRID), image_format)
    expected = corners(decoded(file))
    for trailing in (b"\0", bytes(5_000), b"<html>", b"\xff\xd8\xff\xd9", file):
        image = decoded(file + trailing)
        assert corners(image) == expected
        assert "damaged" not in image.details


def test_the_hash_is_that_of_the_upload() -> None:
    plain, marked = encode(blocks(GRID), "PNG"), png_with(SHORT[b"cHRM"])
    assert decoded(plain).details["sha256"] != decoded(marked).details["sha256"]


def test_the_header_alone_is_read_without_unreadable_chunks() -> None:
    file = png_with(SHORT[b"cHRM"], chunk(b"tEXt", b"Comment\0" + LONG))
    parts = ByteRanges.whole(file)
    facts = read_header(parts, max_pixels=MAX_PIXELS, policy=ImagePolicy())
    assert isinstance(facts, ImageFacts)
    assert (facts.width, facts.height) == (32, 32)


@pytest.mark.parametrize("colour_type", [0, 2])
def test_a_png_that_is_cut_after_its_last_pixel_is_complete(colour_type: int) -> None:
    row = bytes(range(90)) if colour_type == 2 else bytes(range(30))
    whole = png((30, 1), [row], bit_depth=8, colour_type=colour_type)
    begun = struct.pack(">I", 30_286) + b"IDAT"
    for cut in (whole[:-12], whole[:-12] + begun, whole[:-12] + begun + b"abc", whole[:-5]):
        image = decoded(cut)
        assert image.pixels.tobytes() == row
        assert image.details["damage"] == "the end of the file is missing"
    assert rejection_of(whole[:-24]).reason is Reason.DAMAGED
