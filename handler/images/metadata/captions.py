"""Captions: title, caption, keywords, creator, copyright and rating.

XMP takes precedence over IPTC, and IPTC over EXIF, as in the Metadata Working Group's guidelines
(2.0, section 5). Tags: IPTC Photo Metadata Standard 2023.1.
"""

import math
from collections.abc import Mapping, Sequence
from typing import cast

from PIL import Image, ImageFile, IptcImagePlugin

from handler.images.codecs.decode_errors import DecodeError, call_decoder
from handler.images.metadata.exif import MAX_VALUE_BYTES
from handler.images.metadata.xmp import read_xmp, xmp_texts, xmp_value
from handler.model.facts import ExifValue
from handler.model.printable import printable

_MAX_KEYWORDS = 64
_MAX_KEYWORD_BYTES = 128
_RATINGS = range(-1, 6)
"""-1 stands for rejected, 0 for unrated: XMP specification part 2, section 8.4."""

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
    xmp = read_xmp(image.info.get("xmp"))
    iptc = _read_iptc(image)
    found: dict[str, str | int | list[str]] = {}
    for name, (element, data_set, tag) in _NAMES.items():
        texts = xmp_texts(xmp, element) or _iptc_texts(iptc, data_set) or _exif_text(exif, tag)
        if name == "keywords":
            keywords = dict.fromkeys(printable(text, _MAX_KEYWORD_BYTES) for text in texts)
            if keywords := [keyword for keyword in keywords if keyword][:_MAX_KEYWORDS]:
                found[name] = keywords
        elif text := printable(", ".join(texts), MAX_VALUE_BYTES):
            found[name] = text
    rating = _rating(xmp_value(xmp, f"{_XMP}Rating"), exif.get("Rating"))
    return found if rating is None else {**found, "rating": rating}


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
