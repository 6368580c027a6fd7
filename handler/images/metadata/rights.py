"""Whose a picture is, as EXIF of its own that says nothing else."""

from collections.abc import Mapping

from PIL import ExifTags, Image

_TAGS = {"creator": ExifTags.Base.Artist, "copyright": ExifTags.Base.Copyright}
"""Exif 3.0, section 4.6.5; in UTF-8, as programs write and read them."""


def rights_of(details: Mapping[str, object]) -> bytes:
    """Return EXIF with the creator and the copyright of a picture; nothing if neither is known.

    Args:
        details: What `handler.images.metadata.describe` found in XMP, IPTC or EXIF.
    """
    exif = Image.Exif()
    for name, tag in _TAGS.items():
        told = details.get(name)
        if isinstance(told, str):
            exif[tag] = told.encode()
    return exif.tobytes() if len(exif) else b""
