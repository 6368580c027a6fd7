"""EXIF as clean values, read defensively from possibly hostile images.

Tags and their types: CIPA DC-008 (Exif 3.0), section 4.6.
"""

import json
import math
from collections.abc import Iterator, Mapping
from numbers import Real
from typing import cast

from PIL import ExifTags, Image

from handler.images.codecs.decode_errors import DecodeError, call_decoder
from handler.model.facts import ExifValue
from handler.model.printable import printable

MAX_VALUE_BYTES = 1_024
MAX_EXIF_BYTES = 32 * 1_024
"""Keeps a record far below the limits of DynamoDB (400 KB) and SNS (256 KiB)."""

_MAX_NUMBERS = 32
"""Kept numbers of a list; as JSON, each takes less than a 32nd of `MAX_VALUE_BYTES`."""
_MAX_MAGNITUDE = 1e125
"""DynamoDB stores numbers up to 9.99E+125:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html"""
_DECIMALS = 6

_XMP_NAMES = ("XML:com.adobe.xmp", "xmp")
"""Names under which Pillow keeps XMP in `info`."""

_EXIF_IN_TEXT = "Raw profile type exif"
"""Keyword of a text of a PNG with EXIF, from before PNG had a chunk for it."""

_SIDEWAYS = (5, 6, 7, 8)
"""Orientations that swap width and height; Exif 3.0, tag Orientation."""

_NAMES_BY_DIRECTORY: Mapping[int, Mapping[int, str]] = {
    ExifTags.IFD.Exif: ExifTags.TAGS,
    ExifTags.IFD.GPSInfo: ExifTags.GPSTAGS,
    ExifTags.IFD.Interop: {tag.value: tag.name for tag in ExifTags.Interop},
}
_DROPPED = {
    "ExifOffset",  # these three point to the directories above
    "GPSInfo",
    "ExifInteroperabilityOffset",
    "MakerNote",  # the maker's own binary format
    "XMLPacket",  # embedded XMP
}


def read_exif(image: Image.Image) -> Image.Exif:
    """Return the EXIF of an image; empty if it has none or it cannot be read.

    Pillow takes a missing orientation from XMP, where programs leave that of a picture which they
    have turned, and no browser does. So XMP is hidden from it. Nor does a browser take it from a
    text of a PNG, as ImageMagick writes it.
    """
    hidden = {name: image.info.pop(name) for name in _XMP_NAMES if name in image.info}
    try:
        exif = call_decoder(image.getexif)
        if "exif" not in image.info and _EXIF_IN_TEXT in image.info:
            exif.pop(ExifTags.Base.Orientation, None)
    except DecodeError:
        return Image.Exif()
    finally:
        image.info |= hidden
    return exif


def orientation(exif: Image.Exif) -> int:
    """Return the EXIF orientation, 1-8; 1, which is upright, if missing or invalid.

    Its type should be SHORT; any other integer is accepted, as by libexif and exiftool.
    """
    try:
        value: object = call_decoder(exif.get, ExifTags.Base.Orientation)
    except DecodeError:
        return 1
    if isinstance(value, bytes) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def is_sideways(turned: int) -> bool:
    """Return whether an orientation, 1-8, swaps width and height."""
    return turned in _SIDEWAYS


def clean_exif(exif: Image.Exif) -> dict[str, ExifValue]:
    """Return the values by tag name, suitable for JSON and DynamoDB.

    Strings are printable and not empty, numbers finite. Rationals are rounded to 6 decimals. Single
    bytes become numbers. Rationals with denominator zero, other bytes that are not text, unknown
    tags, maker notes and tags of the thumbnail are dropped. Values are truncated at 1 KiB, and
    dropped beyond 32 KiB in all.
    """
    values: dict[str, ExifValue] = {}
    remaining_bytes = MAX_EXIF_BYTES
    for name, raw in _tags(exif):
        value = _clean(raw)
        if value is None or name in values or name in _DROPPED:
            continue
        remaining_bytes -= len(json.dumps({name: value}))
        if remaining_bytes < 0:
            break
        values[name] = value
    return values


def _tags(exif: Image.Exif) -> Iterator[tuple[str, object]]:
    """Yield name and raw value of each known, readable tag."""
    for tag in exif:
        try:
            value: object = call_decoder(exif.__getitem__, tag)
        except DecodeError:
            continue
        if tag in ExifTags.TAGS:
            yield ExifTags.TAGS[tag], value
    for directory, names in _NAMES_BY_DIRECTORY.items():
        try:
            values = cast("Mapping[int, object]", call_decoder(exif.get_ifd, directory))
        except DecodeError:
            continue
        yield from ((names[tag], value) for tag, value in values.items() if tag in names)


def _clean(raw: object) -> ExifValue | None:
    if isinstance(raw, tuple):
        numbers = [_number(item) for item in cast("tuple[object, ...]", raw)[:_MAX_NUMBERS]]
        return [n for n in numbers if n is not None] if None not in numbers else None
    if isinstance(raw, bytes) and len(raw) == 1:  # such as GPSAltitudeRef, 1 below sea level
        return raw[0]
    if isinstance(raw, str | bytes):
        return _text(raw) or None
    return _number(raw)


def _number(raw: object) -> int | float | None:
    if isinstance(raw, int):
        return int(raw)
    if not isinstance(raw, Real):
        return None
    value = float(raw)
    if not math.isfinite(value) or abs(value) > _MAX_MAGNITUDE:
        return None
    return round(value, _DECIMALS) + 0.0  # turns -0.0 into zero


def _text(raw: str | bytes) -> str:
    """Return text as Unicode: Pillow decodes strings as Latin-1, but many cameras write UTF-8."""
    stored = raw.encode("latin-1", errors="replace") if isinstance(raw, str) else raw
    # A comment starts with eight bytes that name its character set; Exif 3.0, tag UserComment.
    stored = stored.removeprefix(b"ASCII\0\0\0").rstrip(b"\0 ")
    if isinstance(raw, bytes) and not (stored.isascii() and stored.decode().isprintable()):
        return ""
    try:
        text = stored.decode()
    except UnicodeDecodeError:
        text = stored.decode("latin-1")
    return printable(text, MAX_VALUE_BYTES)
