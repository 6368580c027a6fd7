"""Ultra HDR files, written and read without the code under test: by libultrahdr, in libvips; and
their variants."""

import struct
from typing import Any

import pyvips
from PIL import Image

from handler.images.transform import transform
from handler.images.variants.parsing import parse_variants
from handler.images.variants.rendition import Rendition
from tests.handler.images import libvips
from tests.handler.pictures import encode

WIDTH, HEIGHT = 480, 320

ISO = b"urn:iso:std:iso:ts:21496:-1\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
HDRGM = "http://ns.adobe.com/hdr-gain-map/1.0/"


def scene() -> Any:
    """Draw a picture in linear light, with a soft light of six times white on the upper right."""
    place: Any = pyvips.Image.xyz(WIDTH, HEIGHT)
    across, down = place[0] / WIDTH, place[1] / HEIGHT
    distance: Any = (((across - 0.75) * 1.5) ** 2 + (down - 0.25) ** 2) ** 0.5
    light = (distance * -8).exp() * 6
    base = (across * 0.6 + 0.1).bandjoin([down * 0.6 + 0.1, (across + down) * 0.3 + 0.1])
    return (base + light).cast("float").copy(interpretation="scrgb")


def written(orientation: int = 1) -> bytes:
    """Return the scene as Ultra HDR with ISO 21496-1, stored with an EXIF orientation."""

    stored = scene()
    stored.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    return stored.uhdrsave_buffer(Q=95, gainmap_scale_factor=4)


def loaded(data: bytes) -> Any:
    """Open a file with libultrahdr, which refuses one without a valid gain map."""
    return pyvips.Image.uhdrload_buffer(data)


def gain_map_bytes(data: bytes) -> bytes:
    """Return the gain map's JPEG that libultrahdr finds."""
    return loaded(data).get("gainmap-data")


def gain_map_of(data: bytes) -> Any:
    """Return the pixels of the gain map that libultrahdr finds."""
    return libvips.opened(gain_map_bytes(data))


def gradient(width: int, height: int) -> Image.Image:
    """Return grey that becomes lighter from top to bottom."""
    return Image.linear_gradient("L").resize(  # pyright: ignore[reportUnknownMemberType]
        (width, height)
    )


BASE, MAP = gradient(240, 160).convert("RGB"), gradient(60, 40)
SMALL: dict[str, object] = {"maxWidth": 120}


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def file_of(
    base: Image.Image,
    gain_map: Image.Image,
    *terms: bytes,
    announced: bytes = b"",
    shift: int = 0,
    order: str = "<",
) -> bytes:
    """Return a file with a gain map, and an index that is wrong by some bytes.

    Args:
        terms: Segments of the gain map.
        announced: Segments of the first picture.
        order: Byte order of the index, as for `struct`.
    """
    plain, appended = encode(base, "JPEG"), encode(gain_map, "JPEG")
    appended = appended[:2] + b"".join(terms) + appended[2:]
    first = plain[:2] + announced
    rest = plain[2:]
    index_bytes = 90
    size = len(first) + index_bytes + len(rest)
    head = {"<": b"II*\0\x08\0\0\0", ">": b"MM\0*\0\0\0\x08"}[order]
    index = head + struct.pack(
        f"{order}HHHI4sHHIIHHIII",
        *(3, 0xB000, 7, 4, b"0100", 0xB001, 4, 1, 2, 0xB002, 7, 32, 50, 0),
    )
    offset = size - (len(first) + 8) + shift
    index += struct.pack(
        f"{order}IIIHHIIIHH", 0x030000, size, 0, 0, 0, 0, len(appended), offset, 0, 0
    )
    return first + segment(0xE2, b"MPF\0" + index) + rest + appended


def iso(maximum: float, *, channels: int = 1, flags: int = 0x40, base_headroom: int = 0) -> bytes:
    """Return the segment of ISO 21496-1 for gains of up to 2 ** maximum."""
    flags |= 0x80 if channels == 3 else 0
    top = round(maximum * 1_000), 1_000
    channel = struct.pack(">iIiIIIiIiI", 0, 1, *top, 1, 1, 0, 1, 0, 1)
    numbers = struct.pack(">IIII", base_headroom, 1, *top) + channel * channels
    return segment(0xE2, ISO + bytes(4) + bytes([flags]) + numbers)


def xmp(maximum: str, *, extra: str = "", elements: str = "") -> bytes:
    """Return the segment of Ultra HDR for gains of up to 2 ** maximum."""
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:hdrgm="{HDRGM}" hdrgm:Version="1.0"'
        f' hdrgm:GainMapMin="0" hdrgm:GainMapMax="{maximum}" hdrgm:Gamma="1"'
        ' hdrgm:OffsetSDR="0" hdrgm:OffsetHDR="0" hdrgm:HDRCapacityMin="0"'
        f' hdrgm:HDRCapacityMax="{maximum}" hdrgm:BaseRenditionIsHDR="False"{extra}>'
        f"{elements}</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return segment(0xE1, XMP + packet.encode())


def variant_of(data: bytes, **spec: object) -> bytes:
    specs = [{"name": "v", "format": "jpeg", **spec}]
    made = transform(data, parse_variants(specs), max_pixels=1_000_000, background_colour="#ffffff")
    (rendition,) = (each for each in made if isinstance(each, Rendition))
    return rendition.data


def kept(data: bytes, **spec: object) -> bytes:
    return variant_of(data, keepGainMap=True, **spec)
