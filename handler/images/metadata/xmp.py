"""XMP packets, read defensively: XMP specification part 1 (ISO 16684-1), section 7."""

from xml.etree import ElementTree

from handler.images.codecs.decode_errors import DecodeError, call_decoder

_MAX_XMP_BYTES = 256 * 1_024

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def read_xmp(packet: object) -> ElementTree.Element | None:
    """Parse an XMP packet; return None if it is none, as text or bytes.

    One with a DTD is ignored: entities occur only in attacks.
    """
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


def xmp_texts(xmp: ElementTree.Element | None, element: str) -> list[str]:
    """Return the items of a property; for language alternatives the first one, `x-default`."""
    found = xmp.find(f".//{element}") if xmp is not None else None
    if found is None:
        return []
    items = [item.text or "" for item in found.iter(f"{_RDF}li")] or [found.text or ""]
    is_by_language = found.find(f"{_RDF}Alt") is not None
    return [item for item in items if item.strip()][: 1 if is_by_language else None]


def xmp_value(xmp: ElementTree.Element | None, name: str) -> str | None:
    """Return a simple property, which can be an attribute or an element."""
    if xmp is None:
        return None
    for description in xmp.iter(f"{_RDF}Description"):
        value = description.get(name) or description.findtext(name)
        if value:
            return value
    return None
