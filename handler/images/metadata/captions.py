"""Captions: title, caption, keywords, creator, copyright and rating.

XMP takes precedence over IPTC, and IPTC over EXIF, as in the Metadata Working Group's guidelines
(2.0, section 5). Tags: IPTC Photo Metadata Standard 2023.1.
"""

import math
from collections.abc import Mapping, Sequence
from typing import cast
from xml.etree import ElementTree

from PIL import Image, ImageFile, IptcImagePlugin

from handler.images.codecs.decode_errors import DecodeError, call_decoder
from handler.images.metadata.exif import MAX_VALUE_BYTES
from handler.model.facts import ExifValue
from handler.model.printable import printable

_MAX_XMP_BYTES = 256 * 1_024
_MAX_KEYWORDS = 64
_MAX_KEYWORD_BYTES = 128
_RATINGS = range(-1, 6)
"""-1 stands for rejected, 0 for unrated: XMP specification part 2, section 8.4."""

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
"""XMP element, data set of IPTC record 2, and EXIF tag of each field."""

_IPTC_UTF_8 = b"\x1b%G"
"""Value of data set 1:90 for UTF-8: IPTC IIM 4.2, section 1.90."""


def read_captions(
    image: Image.Image, exif: Mapping[str, ExifValue]
) -> dict[str, str | int | list[str]]:
    """Return the captions that are present, as clean text of limited length.

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
    """Parse the XMP packet. One with a DTD is ignored: entities occur only in attacks."""
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
    """Return the items of a property; for language alternatives the first one, `x-default`."""
    found = xmp.find(f".//{element}") if xmp is not None else None
    if found is None:
        return []
    items = [item.text or "" for item in found.iter(f"{_RDF}li")] or [found.text or ""]
    is_by_language = found.find(f"{_RDF}Alt") is not None
    return [item for item in items if item.strip()][: 1 if is_by_language else None]


def _xmp_value(xmp: ElementTree.Element | None, name: str) -> str | None:
    """Return a simple property, which can be an attribute or an element."""
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
    """Decode text; without a declared encoding as UTF-8 if valid, otherwise as Latin-1."""
    try:
        return raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _exif_text(exif: Mapping[str, ExifValue], tag: str | None) -> list[str]:
    value = exif.get(tag) if tag else None
    return [value] if isinstance(value, str) else []


def _rating(xmp_value: str | None, in_exif: ExifValue | None) -> int | None:
    try:
        rating = float(xmp_value) if xmp_value is not None else in_exif
    except ValueError:
        return None
    if isinstance(rating, int | float) and math.isfinite(rating) and int(rating) in _RATINGS:
        return int(rating)
    return None
