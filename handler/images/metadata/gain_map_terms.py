"""Terms of a gain map, which say how much brighter its values make the picture.

Ultra HDR Image Format 1.1 (https://developer.android.com/media/platform/hdr-image-format) has them
as XMP; ISO 21496-1:2025, annex C, as binary numbers. Only what both define is kept.
"""

import re
import struct
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from handler.images.metadata.jpeg_segments import contents, segment
from handler.images.metadata.xmp import read_xmp, xmp_texts, xmp_value

_APP1, _APP2 = 0xE1, 0xE2
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_ISO = b"urn:iso:std:iso:ts:21496:-1\0"
_ICC = b"ICC_PROFILE\0"

_HDRGM = "http://ns.adobe.com/hdr-gain-map/1.0/"
_VERSION = "1.0"
_NUMBERS = (
    *("GainMapMin", "GainMapMax", "Gamma", "OffsetSDR", "OffsetHDR"),
    *("HDRCapacityMin", "HDRCapacityMax"),
)
_REQUIRED = {"GainMapMax", "HDRCapacityMax"}
_NUMBER = re.compile(r"[+-]?\d{1,20}(\.\d{0,40})?([eE][+-]?\d{1,2})?", re.ASCII)

_FLAGS_PLACE = 4
_ISO_VERSION = bytes(_FLAGS_PLACE)
"""Minimum and writer's version, all that the first picture has."""
_MULTI_CHANNEL, _USE_BASE_COLOURS, _COMMON_DENOMINATOR, _BACKWARD = 0x80, 0x40, 0x08, 0x04


@dataclass(frozen=True, kw_only=True)
class GainMapTerms:
    """Terms of a gain map as segments of JPEGs, without any other metadata."""

    has_xmp: bool
    has_iso: bool
    segments: bytes
    """Segments of the gain map."""

    def segments_of_first(self, gain_map_bytes: int) -> bytes:
        """Return the segments that announce a gain map in the first picture of a file.

        Args:
            gain_map_bytes: Size of the gain map's JPEG.
        """
        announced = segment(_APP1, _XMP + _directory(gain_map_bytes)) if self.has_xmp else b""
        return announced + (segment(_APP2, _ISO + _ISO_VERSION) if self.has_iso else b"")


def read_terms(data: bytes) -> GainMapTerms | None:
    """Return the terms in a gain map's JPEG; None if it has none that can be read, or if the gain
    map does not make a picture brighter but darker.
    """
    xmp = next((kept for _, found in contents(data, _APP1, _XMP) if (kept := _xmp(found))), None)
    iso = next((kept for _, found in contents(data, _APP2, _ISO) if (kept := _iso(found))), None)
    if xmp is None and iso is None:
        return None
    kept = segment(_APP1, _XMP + xmp) if xmp else b""
    if iso:
        kept += segment(_APP2, _ISO + iso)
        if not iso[_FLAGS_PLACE] & _USE_BASE_COLOURS:
            kept += _profile(data)
    return GainMapTerms(has_xmp=xmp is not None, has_iso=iso is not None, segments=kept)


def _xmp(packet: bytes) -> bytes | None:
    """Return a packet with the terms in another packet, unchanged, and nothing else."""
    read = read_xmp(packet)
    values = {name: texts for name in _NUMBERS if (texts := _texts(read, name))}
    if (
        _texts(read, "Version") != [_VERSION]
        or _texts(read, "BaseRenditionIsHDR") not in ([], ["False"])
        or not values.keys() >= _REQUIRED
        or any(len(texts) not in (1, 3) for texts in values.values())
        or any(_NUMBER.fullmatch(text) is None for texts in values.values() for text in texts)
    ):
        return None
    single = {name: texts[0] for name, texts in values.items() if len(texts) == 1}
    attributes = "".join(f' hdrgm:{name}="{text}"' for name, text in single.items())
    lists = (_list(name, texts) for name, texts in values.items() if len(texts) == 3)
    return _packet(attributes, "".join(lists))


def _texts(xmp: Element | None, name: str) -> list[str]:
    """Return the value of a property, or one for each colour."""
    value = xmp_value(xmp, f"{{{_HDRGM}}}{name}") or ""
    texts = [value] if value.strip() else xmp_texts(xmp, f"{{{_HDRGM}}}{name}")
    return [text.strip() for text in texts]


def _list(name: str, texts: list[str]) -> str:
    items = "".join(f"<rdf:li>{text}</rdf:li>" for text in texts)
    return f"<hdrgm:{name}><rdf:Seq>{items}</rdf:Seq></hdrgm:{name}>"


def _directory(gain_map_bytes: int) -> bytes:
    """Return the packet of the first picture, with the size of the gain map's JPEG."""
    container = "http://ns.google.com/photos/1.0/container/"
    items = (
        'Item:Semantic="Primary" Item:Mime="image/jpeg"',
        f'Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="{gain_map_bytes}"',
    )
    listed = "".join(
        f'<rdf:li rdf:parseType="Resource"><Container:Item {item}/></rdf:li>' for item in items
    )
    return _packet(
        f' xmlns:Container="{container}" xmlns:Item="{container}item/"',
        f"<Container:Directory><rdf:Seq>{listed}</rdf:Seq></Container:Directory>",
    )


def _packet(attributes: str, elements: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:hdrgm="{_HDRGM}" hdrgm:Version="{_VERSION}"'
        f"{attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def _iso(block: bytes) -> bytes | None:
    """Return a block without what follows its numbers; None if it is not valid."""
    if len(block) <= _FLAGS_PLACE or block[:2] != _ISO_VERSION[:2]:
        return None
    flags = block[_FLAGS_PLACE]
    channels = 3 if flags & _MULTI_CHANNEL else 1
    # Headroom of both pictures, then minimum, maximum, gamma and both offsets of each channel; each
    # with its denominator, or after one for all.
    values = 2 + 5 * channels
    has_common = bool(flags & _COMMON_DENOMINATOR)
    form = f">{1 + values if has_common else 2 * values}I"
    end = _FLAGS_PLACE + 1 + struct.calcsize(form)
    if len(block) < end or flags & _BACKWARD:
        return None
    numbers = struct.unpack_from(form, block, _FLAGS_PLACE + 1)
    if has_common:
        common, *numerators = numbers
        denominators = [common] * values
    else:
        numerators, denominators = list(numbers[::2]), list(numbers[1::2])
    if 0 in denominators:
        return None
    base, brighter = map(Fraction, numerators[:2], denominators[:2])
    return block[:end] if base < brighter else None


def _profile(data: bytes) -> bytes:
    """Return the segment with the profile of the brighter picture, in whose colours a gain map is
    applied if it is not in those of the first one; nothing if it takes more than one segment.
    """
    found = [content for _, content in contents(data, _APP2, _ICC)]
    is_profile = len(found) == 1 and found[0][:2] == b"\1\1" and found[0][38:42] == b"acsp"
    return segment(_APP2, _ICC + found[0]) if is_profile else b""
