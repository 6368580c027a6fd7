"""Raw camera files are refused by their name; TIFF files of the same makers are not."""

import struct
from collections.abc import Mapping, Sequence

import pytest

from handler.images.input_formats import accepted_format
from handler.images.policy import ImagePolicy
from handler.images.raw_cameras import raw_camera
from handler.images.source.header import read_header
from handler.model.byte_ranges import ByteRanges, Span
from handler.model.errors import Reason, Rejected
from handler.model.facts import ImageFacts

COLOUR_FILTER_ARRAY, LINEAR_RAW, RGB = 32803, 34892, 2
MAKE, SUB_DIRECTORIES, DNG_VERSION = 271, 330, 50706

Directory = Mapping[int, int | str | bytes]


def tiff(
    first: Directory, *, inside: Sequence[Directory] = (), after: Directory | None = None,
    order: str = "<", big: bool = False, filler: bytes = b"",
) -> bytes:  # fmt: skip
    """Write directories; those inside are what SubIFDs of the first points to."""
    body = bytearray((b"II" if order == "<" else b"MM") + bytes(14 if big else 6) + filler)
    wide = "Q" if big else "I"

    def put(directory: Directory, following: int) -> int:
        entries = bytearray()
        for tag, value in sorted(directory.items()):
            kind, data = (
                (3, struct.pack(order + "H", value)) if isinstance(value, int) else (2, b"")
            )
            if isinstance(value, str):
                data = value.encode() + b"\0"
            elif isinstance(value, bytes):
                kind, data = (1, value) if tag == DNG_VERSION else (4, value)
            count = len(data) // {1: 1, 2: 1, 3: 2, 4: 4}[kind]
            if len(data) > struct.calcsize(wide):
                place = len(body)
                body.extend(data)
                data = struct.pack(order + wide, place)
            entries += struct.pack(f"{order}HH{wide}", tag, kind, count)
            entries += data.ljust(struct.calcsize(wide), b"\0")
        at = len(body)
        body.extend(struct.pack(order + ("Q" if big else "H"), len(directory)) + entries)
        body.extend(struct.pack(order + wide, following))
        return at

    inner = [put(each, 0) for each in inside]
    pointers = struct.pack(f"{order}{len(inner)}I", *inner)
    whole = {**first, SUB_DIRECTORIES: pointers} if inner else first
    start = put(whole, put(after, 0) if after else 0)
    head = struct.pack(order + ("HHHQ" if big else "HI"), *((43, 8, 0) if big else (42,)), start)
    body[2 : 2 + len(head)] = head
    return bytes(body)


PREVIEW = {254: 1, 262: RGB, 259: 1}
RAW = {262: COLOUR_FILTER_ARRAY, 259: 1}

RAWS = {
    "Nikon NEF": tiff({**PREVIEW, MAKE: "NIKON CORPORATION"}, inside=[PREVIEW, RAW], order=">"),
    "Nikon NEF compressed": tiff({**PREVIEW, MAKE: "NIKON"}, inside=[{262: RGB, 259: 34713}]),
    "Sony ARW": tiff({**PREVIEW, MAKE: "SONY"}, inside=[{**RAW, 259: 32767}], after=PREVIEW),
    "Pentax PEF": tiff({**RAW, MAKE: "PENTAX Corporation", 259: 65535}, after=PREVIEW, order=">"),
    "Samsung SRW": tiff({**PREVIEW, MAKE: "SAMSUNG"}, inside=[{**RAW, 259: 32770}]),
    "Canon CR2": tiff({**PREVIEW, MAKE: "Canon"}, filler=b"CR\2\0\0\0\0\0"),
    "Canon CR3": b"\0\0\0\x18ftypcrx \0\0\0\1crx isom",
    "Canon CRW": b"II\x1a\0\0\0HEAPCCDR\2\0\1\0",
    "DNG": tiff({**PREVIEW, MAKE: "Google", DNG_VERSION: b"\1\4\0\0"}, inside=[RAW]),
    "DNG big": tiff({262: LINEAR_RAW, DNG_VERSION: b"\1\7\0\0"}, order=">", big=True),
    "Fujifilm RAF": b"FUJIFILMCCD-RAW 0201FF129502",
    "Olympus ORF": b"IIRO\x08\0\0\0",
    "Olympus ORF II": b"IIRS\x08\0\0\0",
    "Olympus ORF III": b"MMOR\0\0\0\x08",
    "Panasonic RW2": b"IIU\0\x18\0\0\0",
    "TIFF with a colour filter array": tiff({**RAW, MAKE: "Unknown"}, order=">", big=True),
}

PICTURES = {
    "NIKON": tiff({**PREVIEW, MAKE: "NIKON CORPORATION"}),
    "SONY with pages": tiff({**PREVIEW, MAKE: "SONY"}, after=PREVIEW, order=">"),
    "pyramid": tiff({**PREVIEW, MAKE: "Canon"}, inside=[PREVIEW, PREVIEW], big=True),
    "a directory twice": tiff(PREVIEW)[:4]
    + struct.pack("<I", 8)
    + b"\1\0"
    + bytes(12)
    + b"\x08\0\0\0",
}


@pytest.mark.parametrize("name", RAWS)
def test_a_raw_camera_file_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(Rejected) as caught:
        accepted_format(RAWS[name], ("JPEG", "TIFF"))
    assert caught.value.reason is Reason.UNSUPPORTED_FORMAT
    shown = caught.value.detail.removeprefix("the image is a raw camera file (").partition(")")[0]
    assert name.startswith(shown)


@pytest.mark.parametrize("name", PICTURES)
def test_a_tiff_of_a_maker_of_cameras_is_a_picture(name: str) -> None:
    assert accepted_format(PICTURES[name], ("JPEG", "TIFF")) == "TIFF"


@pytest.mark.parametrize("name", RAWS)
def test_the_header_alone_shows_a_raw_camera_file(name: str) -> None:
    data = RAWS[name] + bytes(500)
    with pytest.raises(Rejected, match="raw camera file"):
        header_of(data)


def header_of(data: bytes) -> ImageFacts:
    """Read the header, with each range that is asked for."""
    parts = ByteRanges(size_bytes=len(data))
    while isinstance(found := read_header(parts, max_pixels=100, policy=ImagePolicy()), Span):
        parts = parts.adding(found.start, data[found.start : found.end])
    return found


@pytest.mark.parametrize("name", ["Nikon NEF", "Pentax PEF", "DNG big"])
def test_a_truncated_raw_camera_file_is_not_a_defect(name: str) -> None:
    for length in range(len(RAWS[name])):
        data = RAWS[name][:length]
        raw_camera(lambda offset, size, data=data: data[offset : offset + size])
