"""Detection of input formats by the first bytes of a file, never by its name or media type.

Formats that are not accepted are only recognised for the error message: their parsers never run.
"""

from collections.abc import Sequence

from handler.images.raw_cameras import refuse_raw
from handler.model.errors import Reason, Rejected

READABLE = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIC", "TIFF", "BMP", "JPEG2000")
"""Formats that can be decoded, if a stack accepts them."""

DEFAULT_ACCEPTED = ("JPEG", "PNG", "WEBP", "GIF")
"""Formats that browsers upload. The parsers of the others have a worse security record: TIFF's has
had most of Pillow's CVEs (https://pillow.readthedocs.io/en/stable/releasenotes/), JPEG 2000's
several overruns and memory bombs (CVE-2021-25287, -25288, CVE-2026-59204), and a fuzzed HEIC
crashes libheif 1.23, which ends its child process only (`handler.delivery.isolation`)."""

_SIGNATURES = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",  # BigTIFF, with addresses of 64 bits
    b"MM\0+": "TIFF",
    b"BM": "BMP",
    b"8BPS": "Photoshop",
    b"\0\0\x01\0": "ICO",
    b"icns": "ICNS",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG2000",
    b"\xff\x4f\xff\x51": "JPEG2000",  # a codestream without a container
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
    b"heim": "HEIC",
    b"heis": "HEIC",
    b"hevc": "HEIC",
    b"hevx": "HEIC",
}
"""Brands of ISO base media files: https://www.iana.org/assignments/media-types/image/heic and
https://aomediacodec.github.io/av1-avif/#brands"""

_GENERIC_BRANDS = (b"mif1", b"msf1")
"""Brands of files with images; one of the compatible brands names their codec."""

_MAX_BRANDS = 16


def accepted_format(data: bytes, accepted: Sequence[str] = DEFAULT_ACCEPTED) -> str:
    """Return which of the accepted formats a file claims to be.

    Args:
        data: The whole file, or its first 100 bytes.
        accepted: A subset of `READABLE`.

    Raises:
        Rejected: With `unsupported-format` for other images and raw camera files, `not-an-image`
            for anything else.
    """
    refuse_raw(lambda offset, length: data[offset : offset + length])
    found = _format(data)
    if found is not None and found in accepted:
        return found
    allowed = f"{_listed(accepted)} accepted"
    if found is None:
        raise Rejected(Reason.NOT_AN_IMAGE, f"the bytes are no known image format: {allowed}")
    if found in READABLE:
        allowed += f"; the option inputFormats can add {found}"
    raise Rejected(Reason.UNSUPPORTED_FORMAT, f"the image is {found}: {allowed}")


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last} are" if others else f"{last} is"


def _format(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _coded_as(data)
    for signature, name in _SIGNATURES.items():
        if data.startswith(signature):
            return name
    return None


def _coded_as(data: bytes) -> str | None:
    """Return AVIF or HEIC by the brands in the `ftyp` box: ISO/IEC 14496-12, section 4.3."""
    major = data[8:12]
    if major not in _GENERIC_BRANDS:
        return _BRANDS.get(major)
    end = min(int.from_bytes(data[:4], "big"), 16 + 4 * _MAX_BRANDS)
    compatible = (data[start : start + 4] for start in range(16, end, 4))
    return next((_BRANDS[brand] for brand in compatible if brand in _BRANDS), "HEIF")
