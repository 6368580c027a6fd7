"""Captions are read from XMP, IPTC and EXIF, as clean text of limited length."""

import struct
from io import BytesIO

import pytest
from PIL import Image

from handler.images.metadata.captions import read_captions
from handler.images.metadata.exif import MAX_VALUE_BYTES

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmp:Rating="4">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Båt</rdf:li><rdf:li xml:lang="en">Boat</rdf:li>
</rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">A boat\n at sea</rdf:li></rdf:Alt>
</dc:description><dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>boat</rdf:li><rdf:li>sea</rdf:li>
</rdf:Bag></dc:subject>
<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Bob</rdf:li></rdf:Seq></dc:creator>
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© Ann</rdf:li></rdf:Alt></dc:rights>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def jpeg(*, xmp: bytes | None = None, iptc: bytes = b"") -> Image.Image:
    output = BytesIO()
    options = {} if xmp is None else {"xmp": xmp}
    Image.new("L", (8, 8)).save(output, "JPEG", **options)
    data = output.getvalue()
    if iptc:
        # An APP13 segment with image resource 0x0404: Adobe Photoshop file formats specification
        resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc
        body = b"Photoshop 3.0\0" + resource + b"\0" * (len(iptc) % 2)
        data = data[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + data[2:]
    image = Image.open(BytesIO(data))
    image.load()
    return image


def data_set(record: int, number: int, value: bytes) -> bytes:
    """Write a data set: IPTC IIM 4.2, section 1.5."""
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def test_the_fields_of_xmp_are_read() -> None:
    assert read_captions(jpeg(xmp=XMP.encode()), {}) == {
        "title": "Båt",
        "caption": "A boat at sea",
        "keywords": ["sea", "boat"],
        "creator": "Ann, Bob",
        "copyright": "© Ann",
        "rating": 4,
    }


@pytest.mark.parametrize("is_utf_8", [True, False])
def test_the_fields_of_iptc_are_read_in_their_encoding(is_utf_8: bool) -> None:
    encoding = "utf-8" if is_utf_8 else "latin-1"
    iptc = data_set(1, 90, b"\x1b%G") if is_utf_8 else b""
    iptc += data_set(2, 5, "Båt".encode(encoding)) + data_set(2, 25, b"sea")
    iptc += data_set(2, 25, b"boat") + data_set(2, 80, b"Ann")
    assert read_captions(jpeg(iptc=iptc), {}) == {
        "title": "Båt",
        "keywords": ["sea", "boat"],
        "creator": "Ann",
    }


def test_xmp_takes_precedence_over_iptc_and_iptc_over_exif() -> None:
    exif = {"Artist": "exif", "ImageDescription": "exif", "Copyright": "exif", "Rating": 2}
    iptc = data_set(2, 80, b"iptc") + data_set(2, 120, b"iptc")
    xmp = '<x xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>xmp</dc:creator></x>'
    assert read_captions(jpeg(xmp=xmp.encode(), iptc=iptc), exif) == {
        "creator": "xmp",
        "caption": "iptc",
        "copyright": "exif",
        "rating": 2,
    }


@pytest.mark.parametrize(
    "xmp",
    [
        b"",
        b"<",
        b"\xff\xfe<\0x\0/\0>\0",
        XMP.encode()[:400],
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        b"<x>" + b" " * 300_000 + b"</x>",
        b"<a>" * 50_000,
    ],
)
def test_broken_or_hostile_xmp_is_ignored(xmp: bytes) -> None:
    image = Image.new("L", (1, 1))
    image.info["xmp"] = xmp
    assert read_captions(image, {"Artist": "Ann"}) == {"creator": "Ann"}


@pytest.mark.parametrize(
    ("rating", "expected"),
    [("5", 5), ("3.0", 3), ("-1", -1), ("6", None), ("nan", None), ("best", None)],
)
def test_a_rating_is_one_of_seven(rating: str, expected: int | None) -> None:
    xmp = XMP.replace('Rating="4"', f'Rating="{rating}"').encode()
    assert read_captions(jpeg(xmp=xmp), {}).get("rating") == expected


def test_every_field_is_limited() -> None:
    many = "".join(f"<rdf:li>{'k' * 500}{n}</rdf:li>" for n in range(40))
    xmp = XMP.replace("Båt", "x" * 9_000).replace("<rdf:li>boat</rdf:li>", many)
    xmp = xmp.replace("<rdf:li>sea</rdf:li>", "".join(f"<rdf:li>{n}</rdf:li>" for n in range(99)))
    found = read_captions(jpeg(xmp=xmp.encode()), {})
    assert found["title"] == "x" * MAX_VALUE_BYTES
    assert found["keywords"] == [str(n) for n in range(64)]
