"""Which bytes are accepted as an image, judged by their first bytes and never by name or type.

What is not accepted is recognised here only to say so: its parser never runs.
"""

from handler.errors import Reason, Rejected

ACCEPTED = ("JPEG", "PNG", "WEBP", "GIF")
"""What is decoded, by Pillow's names."""

_SIGNATURES = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "BigTIFF",
    b"MM\0+": "BigTIFF",
    b"BM": "BMP",
    b"8BPS": "Photoshop",
    b"\0\0\x01\0": "ICO",
    b"icns": "ICNS",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL \r\n\x87\n": "JPEG XL",
    b"qoif": "QOI",
    b"DDS ": "DDS",
    b"BLP1": "BLP",
    b"BLP2": "BLP",
    b"\x01\xda": "SGI",
    b"%PDF-": "PDF",
    b"%!PS": "PostScript",
    b"\xc5\xd0\xd3\xc6": "EPS",
    b"<svg": "SVG",
}

_BRANDS = {
    b"avif": "AVIF",
    b"avis": "AVIF",
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"hevc": "HEIC",
    b"heim": "HEIC",
    b"heis": "HEIC",
    b"mif1": "HEIF",
    b"msf1": "HEIF",
}
"""Major brands of ISO base media files: https://www.iana.org/assignments/media-types/image/heic"""


def accepted_format(data: bytes) -> str:
    """Return which of `ACCEPTED` the bytes claim to be.

    Raises:
        Rejected: With `unsupported-format` for other images, `not-an-image` for anything else.
    """
    found = _format(data)
    if found in ACCEPTED:
        return found
    allowed = f"{', '.join(ACCEPTED[:-1])} and {ACCEPTED[-1]} are accepted"
    if found is None:
        raise Rejected(Reason.NOT_AN_IMAGE, f"the bytes are no known image: {allowed}")
    raise Rejected(Reason.UNSUPPORTED_FORMAT, f"the image is {found}: {allowed}")


def _format(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12])
    for signature, name in _SIGNATURES.items():
        if data.startswith(signature):
            return name
    return None
