"""What exiv2 reads of metadata in a picture; it shares no code with the handler."""

from collections.abc import Mapping
from typing import Any, cast

import exiv2 as _untyped  # pyright: ignore[reportMissingTypeStubs]

exiv2 = cast("Any", _untyped)


def metadata_in(data: bytes) -> Mapping[str, str]:
    """Return EXIF, XMP, IPTC and the comment of a JPEG, PNG, WebP, AVIF or TIFF, by key.

    Of a GIF exiv2 reads none.
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
