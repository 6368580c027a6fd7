"""Metadata of a picture as exiv2 reads it, independently of the handler."""

from collections.abc import Mapping
from typing import Any, cast

import exiv2 as _untyped  # pyright: ignore[reportMissingTypeStubs]

exiv2 = cast("Any", _untyped)


def metadata_in(data: bytes) -> Mapping[str, str]:
    """Return EXIF, XMP, IPTC and the comment of a JPEG, PNG, WebP, AVIF or TIFF, by key.

    exiv2 reads no metadata of a GIF.
    """
    image = exiv2.ImageFactory.open(data)
    image.readMetadata()
    found = {
        each.key(): each.toString()
        for kind in (image.exifData(), image.xmpData(), image.iptcData())
        for each in kind
    }
    if comment := image.comment():
        found["Comment"] = comment
    return found
