"""Creator and copyright of a picture, as EXIF without other tags."""

from collections.abc import Mapping

from PIL import ExifTags, Image

_TAGS = {"creator": ExifTags.Base.Artist, "copyright": ExifTags.Base.Copyright}
"""Exif 3.0, section 4.6.5; encoded as UTF-8, as programs do in practice."""


def rights_of(details: Mapping[str, object]) -> bytes:
    """Return EXIF with creator and copyright of a picture; empty if neither is known.

    Args:
        details: Details from `handler.images.source.describe`.
    """
    exif = Image.Exif()
    for name, tag in _TAGS.items():
        value = details.get(name)
        if isinstance(value, str):
            exif[tag] = value.encode()
    return exif.tobytes() if len(exif) else b""
