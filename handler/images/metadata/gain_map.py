"""Detection of gain maps, which make highlights brighter where a display can show that."""

from collections.abc import Mapping

_MARKS: Mapping[str, Mapping[bytes, str]] = {
    "JPEG": {
        b"urn:iso:std:iso:ts:21496:-1\0": "iso-21496-1",
        b"http://ns.adobe.com/hdr-gain-map/1.0/": "ultra-hdr",
        b"urn:com:apple:photo:2020:aux:hdrgainmap": "apple",
    },
    "HEIC": {b"urn:com:apple:photo:2020:aux:hdrgainmap": "apple", b"tmap": "iso-21496-1"},
    "AVIF": {b"tmap": "iso-21496-1"},
}
"""Kind of a gain map by a text that only files with one contain: ISO 21496-1:2025, annex C; Ultra
HDR Image Format 1.1 (https://developer.android.com/media/platform/hdr-image-format); Apple's name
for the auxiliary image. The first one found counts."""

_SEARCHED_BYTES = 256 * 1_024
"""Beginning of a file, with its metadata."""


def gain_map_kind(data: bytes, source_format: str) -> str | None:
    """Return `ultra-hdr`, `iso-21496-1` or `apple`; None if a file has no gain map.

    Args:
        data: The whole file.
        source_format: One of `handler.images.input_formats.READABLE`.
    """
    end = data.find(b"mdat") if source_format in ("HEIC", "AVIF") else _SEARCHED_BYTES
    start = data[: min(max(0, end), _SEARCHED_BYTES)]
    # The second picture of a JPEG, in which Apple's mark is, comes after the first one.
    searched = data if source_format == "JPEG" and b"MPF\0" in start else start
    marks = _MARKS.get(source_format, {})
    return next((kind for mark, kind in marks.items() if mark in searched), None)
