"""Removal of metadata that keep a file from being opened.

JPEG segments: ITU-T T.81, annex B.2.4. Items of AVIF: ISO/IEC 14496-12, section 8.11.6.
"""

from handler.images.metadata.jpeg_segments import APPLICATION, segments

_ADOBE = 0xEE
_KEPT_SEGMENTS = ((0xE1, b"Exif\0\0"), (0xE2, b"ICC_PROFILE\0"))
_ADOBE_BYTES = 16
"""Length of an Adobe segment with its own length field; the last byte is the colour transform."""
_COMMENT = 0xFE


def without_metadata(data: bytes, source_format: str) -> bytes:
    """Return a file without metadata that are not needed to show it; the same object if it has
    none, or if its format is opened in spite of any.

    Of a JPEG, orientation and profile are kept. Of an AVIF only EXIF is removed, as its container
    has the orientation.

    Args:
        data: A file that cannot be opened as it is.
        source_format: One of `handler.images.input_formats.READABLE`.
    """
    match source_format:
        case "JPEG":
            return _jpeg_without(data)
        case "AVIF":
            return _avif_without_exif(data)
        case _:
            return data


def _jpeg_without(data: bytes) -> bytes:
    kept, position = [data[:2]], 2
    for marker, start, end in segments(data):
        if _is_needed(marker, data[start + 4 : end]):
            kept.append(data[start:end])
        position = end
    kept.append(data[position:])
    shorter = b"".join(kept)
    return shorter if len(shorter) < len(data) else data


def _is_needed(marker: int, content: bytes) -> bool:
    if marker == _ADOBE:
        return content.startswith(b"Adobe") and len(content) + 4 >= _ADOBE_BYTES
    if marker in APPLICATION or marker == _COMMENT:
        return any(marker == kept and content.startswith(name) for kept, name in _KEPT_SEGMENTS)
    return True


def _avif_without_exif(data: bytes) -> bytes:
    """Give the EXIF item a type that decoders ignore, so that no offset in the file changes."""
    start = data.find(b"iinf")
    end = start + int.from_bytes(data[start - 4 : start], "big")
    if start < 4 or b"Exif" not in data[start:end]:
        return data
    return data[:start] + data[start:end].replace(b"Exif", b"free") + data[end:]
