"""What people wrote about a picture: title, caption, keywords, creator, copyright and rating.

XMP goes before IPTC, and IPTC before EXIF, as the Metadata Working Group's guidelines (2.0, section
5) have it for files whose three agree or differ. Tags: IPTC Photo Metadata Standard 2023.1.
"""

import math
from collections.abc import Mapping, Sequence
from typing import cast
from xml.etree import ElementTree

from PIL import Image, ImageFile, IptcImagePlugin

from handler.images.metadata.exif import MAX_VALUE_BYTES, ExifValue
from handler.images.metadata.text import printable
from handler.images.source.decode_errors import DecodeError, call_decoder

_MAX_XMP_BYTES = 256 * 1_024
_MAX_KEYWORDS = 64
_MAX_KEYWORD_BYTES = 128
_RATINGS = range(-1, 6)
"""-1 is rejected, 0 unrated: XMP specification part 2, section 8.4."""

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"

_NAMES: Mapping[str, tuple[str, int, str | None]] = {
    "title": (f"{_DC}title", 5, None),
    "caption": (f"{_DC}description", 120, "ImageDescription"),
    "keywords": (f"{_DC}subject", 25, None),
    "creator": (f"{_DC}creator", 80, "Artist"),
    "copyright": (f"{_DC}rights", 116, "Copyright"),
}
"""For each field its element of XMP, data set of IPTC's record 2 and tag of EXIF."""

_IPTC_UTF_8 = b"\x1b%G"
"""Data set 1:90 says so: IPTC IIM 4.2, section 1.90."""


def read_captions(
    image: Image.Image, exif: Mapping[str, ExifValue]
) -> dict[str, str | int | list[str]]:
    """Return the fields that are given, as clean text of limited length.

    Args:
        image: Opened; its `info` holds XMP and IPTC as bytes.
        exif: Clean values by tag name.
    """
    xmp = _read_xmp(image)
    iptc = _read_iptc(image)
    found: dict[str, str | int | list[str]] = {}
    for name, (element, data_set, tag) in _NAMES.items():
        texts = _xmp_texts(xmp, element) or _iptc_texts(iptc, data_set) or _exif_text(exif, tag)
        if name == "keywords":
            keywords = dict.fromkeys(printable(text, _MAX_KEYWORD_BYTES) for text in texts)
            if keywords := [keyword for keyword in keywords if keyword][:_MAX_KEYWORDS]:
                found[name] = keywords
        elif text := printable(", ".join(texts), MAX_VALUE_BYTES):
            found[name] = text
    rating = _rating(_xmp_value(xmp, f"{_XMP}Rating"), exif.get("Rating"))
    return found if rating is None else {**found, "rating": rating}


def _read_xmp(image: Image.Image) -> ElementTree.Element | None:
    """Parse the packet. One with a document type is not looked at: only attacks have entities."""
    packet: object = image.info.get("xmp")
    if isinstance(packet, str):
        packet = packet.encode()
    if not isinstance(packet, bytes) or len(packet) > _MAX_XMP_BYTES:
        return None
    try:
        text = packet.decode().strip("\0 \r\n\t\ufeff")
    except UnicodeDecodeError:
        return None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    try:
        return call_decoder(ElementTree.fromstring, text)
    except DecodeError:
        return None


def _xmp_texts(xmp: ElementTree.Element | None, element: str) -> list[str]:
    """Return the items of a property; of one with languages that of `x-default`, the first."""
    found = xmp.find(f".//{element}") if xmp is not None else None
    if found is None:
        return []
    items = [item.text or "" for item in found.iter(f"{_RDF}li")] or [found.text or ""]
    is_by_language = found.find(f"{_RDF}Alt") is not None
    return [item for item in items if item.strip()][: 1 if is_by_language else None]


def _xmp_value(xmp: ElementTree.Element | None, name: str) -> str | None:
    """Return a simple property, which is written as an attribute or as an element."""
    if xmp is None:
        return None
    for description in xmp.iter(f"{_RDF}Description"):
        value = description.get(name) or description.findtext(name)
        if value:
            return value
    return None


def _read_iptc(image: Image.Image) -> Mapping[tuple[int, int], object]:
    if not isinstance(image, ImageFile.ImageFile):
        return {}
    try:
        info = call_decoder(IptcImagePlugin.getiptcinfo, image)
    except DecodeError:
        return {}
    return cast("Mapping[tuple[int, int], object]", info or {})


def _iptc_texts(iptc: Mapping[tuple[int, int], object], data_set: int) -> list[str]:
    value = iptc.get((2, data_set), [])
    values = cast("Sequence[object]", value if isinstance(value, list) else [value])
    encoding = "utf-8" if iptc.get((1, 90)) == _IPTC_UTF_8 else None
    return [_decoded(raw, encoding) for raw in values if isinstance(raw, bytes)]


def _decoded(raw: bytes, encoding: str | None) -> str:
    """Decode text; without an encoding it is UTF-8 if it can be, as cameras and programs write."""
    try:
        return raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _exif_text(exif: Mapping[str, ExifValue], tag: str | None) -> list[str]:
    value = exif.get(tag) if tag else None
    return [value] if isinstance(value, str) else []


def _rating(told: str | None, in_exif: ExifValue | None) -> int | None:
    try:
        rating = float(told) if told is not None else in_exif
    except ValueError:
        return None
    if isinstance(rating, int | float) and math.isfinite(rating) and int(rating) in _RATINGS:
        return int(rating)
    return None
