"""EXIF is read as values for JSON and DynamoDB, even from broken and hostile files."""

import json
import struct
from collections.abc import Sequence
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from handler.images.metadata.exif import (
    MAX_EXIF_BYTES,
    MAX_VALUE_BYTES,
    clean_exif,
    orientation,
    read_exif,
)
from handler.images.source.decode import decode
from handler.model.printable import printable

ASCII, SHORT, LONG, RATIONAL, UNDEFINED, FLOAT = 2, 3, 4, 5, 7, 11
MAKE, SOFTWARE, COPYRIGHT, EXIF_IFD, GPS_IFD = 0x010F, 0x0131, 0x8298, 0x8769, 0x8825
EXPOSURE_TIME, USER_COMMENT, EXIF_VERSION = 0x829A, 0x9286, 0x9000
MAKER_NOTE, LENS_SPECIFICATION, COLOUR_SPACE = 0x927C, 0xA432, 0xA001

Field = tuple[int, int, int, bytes]
"""Tag, type, count and bytes of a value, big-endian."""


def tiff(*fields: Field, exif: Sequence[Field] = (), gps: Sequence[Field] = ()) -> Image.Exif:
    """Write EXIF as TIFF according to its specification, and read it with Pillow."""
    main = list(fields)
    offset = 8 + _directory_bytes(len(main) + bool(exif) + bool(gps)) + _values_bytes(main)
    parts: list[bytes] = []
    for pointer, directory in ((EXIF_IFD, exif), (GPS_IFD, gps)):
        if directory:
            main.append((pointer, LONG, 1, struct.pack(">I", offset)))
            parts.append(_directory(list(directory), offset))
            offset += len(parts[-1])
    loaded = Image.Exif()
    loaded.load(b"Exif\0\0MM\0*\0\0\0\x08" + _directory(main, 8) + b"".join(parts))
    return loaded


def _directory(fields: list[Field], offset: int) -> bytes:
    values_offset = offset + _directory_bytes(len(fields))
    entries, values = b"", b""
    for tag, kind, count, value in fields:
        entries += struct.pack(">HHI", tag, kind, count)
        if len(value) <= 4:
            entries += value.ljust(4, b"\0")
        else:
            entries += struct.pack(">I", values_offset + len(values))
            values += value
    return struct.pack(">H", len(fields)) + entries + b"\0\0\0\0" + values


def _directory_bytes(fields: int) -> int:
    return 2 + 12 * fields + 4


def _values_bytes(fields: list[Field]) -> int:
    return sum(len(value) for *_, value in fields if len(value) > 4)


def ascii_field(tag: int, text: bytes) -> Field:
    return (tag, ASCII, len(text), text)


def test_all_directories_are_read_by_tag_name() -> None:
    exif = tiff(
        ascii_field(MAKE, b"Camera\0"),
        exif=[
            (EXPOSURE_TIME, RATIONAL, 1, struct.pack(">II", 1, 3)),
            (COLOUR_SPACE, SHORT, 1, b"\0\1"),
        ],
        gps=[(2, RATIONAL, 3, struct.pack(">6I", 59, 1, 20, 1, 305, 10))],
    )
    assert clean_exif(exif) == {
        "Make": "Camera",
        "ExposureTime": 0.333333,
        "ColorSpace": 1,
        "GPSLatitude": [59.0, 20.0, 30.5],
    }


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (b"Photographer\0Editor\0", "Photographer Editor"),
        (b"  two \x07 bells \r\n ", "two bells"),
        ("© Société".encode(), "© Société"),
        ("© Société".encode("latin-1"), "© Société"),
    ],
)
def test_strings_are_printable_in_whatever_encoding_they_were(stored: bytes, expected: str) -> None:
    assert clean_exif(tiff(ascii_field(COPYRIGHT, stored))) == {"Copyright": expected}


@pytest.mark.parametrize(
    "field",
    [
        ascii_field(MAKE, b"\0\0\0\0\0\0"),
        (EXPOSURE_TIME, RATIONAL, 1, struct.pack(">II", 1, 0)),
        (EXPOSURE_TIME, RATIONAL, 1, struct.pack(">II", 0, 0)),
        (LENS_SPECIFICATION, RATIONAL, 2, struct.pack(">4I", 24, 1, 0, 0)),
        (EXPOSURE_TIME, FLOAT, 1, struct.pack(">f", float("nan"))),
        (EXPOSURE_TIME, FLOAT, 1, struct.pack(">f", float("-inf"))),
        (MAKER_NOTE, UNDEFINED, 8, b"printing"),
        (USER_COMMENT, UNDEFINED, 8, b"\x00\x01\x02\x03\xff\xfe\xfd\xfc"),
        (0xFEED, SHORT, 1, b"\0\1"),
    ],
)
def test_invalid_values_are_dropped_and_others_are_kept(field: Field) -> None:
    exif = tiff(ascii_field(SOFTWARE, b"neighbour\0"), exif=[field])
    assert clean_exif(exif) == {"Software": "neighbour"}


def test_bytes_that_are_text_are_kept() -> None:
    exif = tiff(
        exif=[
            (EXIF_VERSION, UNDEFINED, 4, b"0230"),
            (USER_COMMENT, UNDEFINED, 16, b"ASCII\0\0\0a note\0\0"),
        ]
    )
    assert clean_exif(exif) == {"ExifVersion": "0230", "UserComment": "a note"}


def test_a_number_too_large_for_dynamodb_is_dropped() -> None:
    exif = Image.Exif()
    exif[EXPOSURE_TIME] = 1e126
    assert clean_exif(exif) == {}
    exif[EXPOSURE_TIME] = 1e125
    assert clean_exif(exif) == {"ExposureTime": 1e125}


def test_a_long_value_is_truncated() -> None:
    exif = tiff(ascii_field(MAKE, "é".encode() * 600 + b"\0"))
    assert clean_exif(exif) == {"Make": "é" * (MAX_VALUE_BYTES // 2)}
    numbers = tiff(exif=[(LENS_SPECIFICATION, LONG, 5_000, b"\xff" * 20_000)])
    assert len(json.dumps(clean_exif(numbers)["LensSpecification"])) <= MAX_VALUE_BYTES


def test_all_values_together_are_limited() -> None:
    exif = Image.Exif()
    for tag in range(0x0100, 0xA500):
        exif[tag] = "x" * 2_000
    cleaned = clean_exif(exif)
    assert MAX_EXIF_BYTES * 0.9 < len(json.dumps(cleaned)) <= MAX_EXIF_BYTES


@pytest.mark.filterwarnings(
    "ignore"
)  # warnings of Pillow about such files, which handler.images.source.decode silences
@pytest.mark.parametrize("length", range(0, 140, 3))
def test_exif_truncated_at_any_byte_raises_nothing(length: int) -> None:
    image = Image.new("L", (1, 1))
    whole = tiff(
        ascii_field(MAKE, b"Camera\0"),
        exif=[(EXPOSURE_TIME, RATIONAL, 1, struct.pack(">II", 1, 3))],
        gps=[(2, RATIONAL, 3, struct.pack(">6I", 59, 1, 20, 1, 305, 10))],
    ).tobytes()
    image.info["exif"] = whole[:length]
    exif = read_exif(image)
    assert orientation(exif) == 1
    assert json.dumps(clean_exif(exif), allow_nan=False)


def test_text_for_people_is_one_line_of_limited_bytes() -> None:
    assert printable("a\r\n b\0\u202ec  d", 100) == "a b c d"
    assert printable("é" * 9, 5) == "éé"


ORIENTATION = 0x0112
BYTE, SBYTE, SSHORT, SLONG = 1, 6, 8, 9


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (BYTE, b"\6"),
        (SBYTE, b"\6"),
        (SHORT, b"\0\6"),
        (SSHORT, b"\0\6"),
        (LONG, b"\0\0\0\6"),
        (SLONG, b"\0\0\0\6"),
    ],
)
def test_the_orientation_can_have_any_type_of_integer(kind: int, value: bytes) -> None:
    assert orientation(tiff((ORIENTATION, kind, 1, value))) == 6


@pytest.mark.parametrize(
    "field",
    [
        (ORIENTATION, ASCII, 2, b"6\0"),
        (ORIENTATION, BYTE, 2, b"\0\6"),
        (ORIENTATION, SHORT, 1, b"\6\0"),
        (ORIENTATION, SBYTE, 1, b"\xfa"),
        (ORIENTATION, RATIONAL, 1, struct.pack(">II", 6, 1)),
        (ORIENTATION, LONG, 1, struct.pack(">I", 0x60000)),
    ],
)
def test_what_is_no_orientation_turns_nothing(field: Field) -> None:
    assert orientation(tiff(field)) == 1


TURNED_IN_XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
    xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
    xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>"""


def with_xmp(image_format: str) -> bytes:
    image, output = Image.new("RGB", (32, 16), "red"), BytesIO()
    match image_format:
        case "PNG":
            texts = PngInfo()
            texts.add_itxt("XML:com.adobe.xmp", TURNED_IN_XMP.decode())
            image.save(output, "PNG", pnginfo=texts)
        case "TIFF":
            image.save(output, "TIFF", tiffinfo={700: TURNED_IN_XMP})
        case _:
            image.save(output, image_format, xmp=TURNED_IN_XMP)
    return output.getvalue()


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_an_orientation_in_xmp_turns_nothing(image_format: str) -> None:
    file = with_xmp(image_format)
    opened = Image.open(BytesIO(file))
    assert opened.info.keys() & {"xmp", "XML:com.adobe.xmp"}
    image = decode(file, 1_000, accepted=(image_format,))
    assert (image.width, image.height, image.pixels.size) == (32, 16, (32, 16))
    assert "Orientation" not in image.exif


def test_the_orientation_in_a_text_of_a_png_turns_nothing_and_the_rest_is_read() -> None:
    exif, texts, output = Image.Exif(), PngInfo(), BytesIO()
    exif[MAKE], exif[ORIENTATION] = "Camera", 6
    data = exif.tobytes()
    texts.add_text("Raw profile type exif", f"\nexif\n{len(data):8}\n{data.hex()}\n")
    Image.new("RGB", (32, 16), "red").save(output, "PNG", pnginfo=texts)
    image = decode(output.getvalue(), 1_000)
    assert (image.pixels.size, image.exif) == ((32, 16), {"Make": "Camera"})
