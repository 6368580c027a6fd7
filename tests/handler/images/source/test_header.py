"""A header gives the facts of the whole file from few bytes, wherever they are."""

import struct
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from corpus.seeds import seeds
from handler.images.input_formats import READABLE
from handler.images.policy import GpsPolicy, ImagePolicy
from handler.images.source.header import LEFT_OUT, read_header
from handler.images.transform import transform
from handler.model.byte_ranges import ByteRanges, Span
from handler.model.errors import Reason, Rejected
from handler.model.facts import ImageFacts
from tests.handler.pictures import png

FILES = Path(__file__).resolve().parent.parent.parent / "files"
HEIC = (FILES / "upright.heic").read_bytes()
TERMS = ImagePolicy(input_formats=READABLE, max_frames=20)
SEEDS = {**seeds(), "heic": HEIC}
MIB = 1_024 * 1_024


def described(
    data: bytes, *, first: int = 256, more: int = 64, policy: ImagePolicy = TERMS
) -> tuple[ImageFacts, ByteRanges]:
    """Read little more than the requested bytes; return the facts and the known byte ranges."""
    parts = ByteRanges(size_bytes=len(data)).adding(0, data[:first])
    for _ in range(200):
        found = read_header(parts, max_pixels=30_000, policy=policy)
        if isinstance(found, ImageFacts):
            return found, parts
        parts = parts.adding(found.start, data[found.start : max(found.end, found.start + more)])
    raise AssertionError("it never ends")


def read_bytes(parts: ByteRanges) -> int:
    return sum(len(data) for _, data in parts.known)


def from_pixels(facts: ImageFacts) -> set[str]:
    return {*LEFT_OUT, *(["frames"] if facts.format == "GIF" else [])}


@pytest.mark.parametrize("name", SEEDS)
def test_a_header_gives_the_same_facts_as_the_whole_file(name: str) -> None:
    (whole,) = transform(
        SEEDS[name], (), max_pixels=30_000, background_colour="#ffffff", policy=TERMS
    )
    assert isinstance(whole, ImageFacts)
    header, _ = described(SEEDS[name])
    assert (header.format, header.width, header.height) == (whole.format, whole.width, whole.height)
    assert (header.mode, header.exif) == (whole.mode, whole.exif)
    expected: Mapping[str, object] = {
        name: value for name, value in whole.details.items() if name not in from_pixels(whole)
    }
    assert header.details == expected


def with_scan_of(data: bytes, size_bytes: int) -> bytes:
    """Return a JPEG with additional bytes of pixel data."""
    return data.removesuffix(b"\xff\xd9") + bytes(size_bytes) + b"\xff\xd9"


def test_of_a_large_jpeg_only_the_segments_before_the_pixels_are_read() -> None:
    data = with_scan_of(SEEDS["jpeg"], 10 * MIB)
    facts, parts = described(data)
    assert facts.exif["Make"] == "A maker"
    assert facts.details["title"] == "A title"
    assert read_bytes(parts) < 8_192


def test_exif_after_other_large_segments_is_found() -> None:
    jpeg = SEEDS["jpeg"]
    filler = (
        b"\xff\xed" + struct.pack(">H", 60_002) + bytes(60_000)
    )  # APP13 with meaningless content
    facts, parts = described(with_scan_of(jpeg[:2] + filler * 4 + jpeg[2:], MIB))
    assert facts.exif["Make"] == "A maker"
    assert facts.details["colour_profile"] is not None
    assert read_bytes(parts) < 300_000


def test_text_after_the_pixels_of_a_png_is_found() -> None:
    pixels = bytes(range(256)) * 12
    data = png((32, 32), [pixels[:32]] * 32, bit_depth=8, colour_type=0)
    text = b"Title\0after the pixels"
    xmp = b"XML:com.adobe.xmp\0\0\0\0\0" + (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
        b"xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
        b"xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmp:Rating='3'/></rdf:RDF></x:xmpmeta>"
    )
    late = png((1, 1), [], bit_depth=8, colour_type=0, chunks=[(b"tEXt", text), (b"iTXt", xmp)])
    chunks = late[33 : late.index(b"IDAT") - 4]  # the chunks between IHDR and IDAT
    whole = data[:-12] + chunks + data[-12:]
    assert described(whole)[0].details["rating"] == 3
    large = data[:-12] + png_chunk(b"IDAT", MIB) * 3 + chunks + data[-12:]
    facts, parts = described(large)
    assert facts.details["rating"] == 3
    assert read_bytes(parts) < 20_000


def png_chunk(kind: bytes, size_bytes: int) -> bytes:
    """Return a chunk with a wrong checksum, which shows only if it is read."""
    return struct.pack(">I", size_bytes) + kind + bytes(size_bytes + 4)


def test_a_tiff_whose_directory_is_at_its_end_takes_a_second_read() -> None:
    output = BytesIO()
    Image.new("L", (90, 90)).save(output, "TIFF")
    data = output.getvalue()
    (directory,) = struct.unpack("<I", data[4:8])
    # The directory is moved to the end, after a megabyte, with the values that it points to.
    moved = bytearray(data[:4] + struct.pack("<I", MIB) + bytes(MIB - 8) + data[directory:])
    facts, parts = described(bytes(moved))
    assert (facts.format, facts.width, facts.height) == ("TIFF", 90, 90)
    assert read_bytes(parts) < 4_096
    assert any(start >= MIB for start, _ in parts.known)


@pytest.mark.parametrize("name", ["heic", "avif", "webp"])
def test_pixels_in_a_container_are_not_read(name: str) -> None:
    data = SEEDS[name]
    grown = data + struct.pack(">I", MIB) + b"free" + bytes(MIB - 8)
    if name == "webp":
        chunk = b"JUNK" + struct.pack("<I", MIB) + bytes(MIB)
        grown = b"RIFF" + struct.pack("<I", len(data) + len(chunk) - 8) + data[8:] + chunk
    facts, parts = described(grown)
    assert facts == described(data)[0]
    assert read_bytes(parts) < 8_192


def test_a_location_is_described_according_to_the_policy() -> None:
    facts, _ = described(
        SEEDS["jpeg"], policy=ImagePolicy(input_formats=READABLE, gps=GpsPolicy.DROP)
    )
    assert "GPS" not in str(facts)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"hello", Reason.NOT_AN_IMAGE),
        (SEEDS["jpeg"][:60], Reason.DAMAGED),
        (png((200, 200), [], bit_depth=8, colour_type=0), Reason.TOO_MANY_PIXELS),
    ],
)
def test_an_invalid_header_is_refused(data: bytes, reason: Reason) -> None:
    with pytest.raises(Rejected) as caught:
        described(data)
    assert caught.value.reason is reason


def test_a_format_that_is_not_accepted_is_refused_by_its_first_bytes() -> None:
    with pytest.raises(Rejected) as caught:
        described(SEEDS["bmp"], policy=ImagePolicy())
    assert caught.value.reason is Reason.UNSUPPORTED_FORMAT


def test_missing_bytes_are_requested() -> None:
    assert read_header(ByteRanges(size_bytes=5_000), max_pixels=100, policy=TERMS) == Span(
        start=0, end=100
    )
