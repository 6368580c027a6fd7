"""Recognition of raw camera files, most of which are TIFF files without a picture to show. Pure.

Starts and tags as ExifTool documents them: https://exiftool.org/TagNames/EXIF.html and
https://exiftool.org/#supported
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from handler.model.errors import Reason, Rejected

Read = Callable[[int, int], bytes]
"""Returns bytes of a file by offset and length; fewer where it ends."""

_STARTS = {
    b"FUJIFILMCCD-RAW": "Fujifilm RAF",
    b"IIRO": "Olympus ORF",
    b"IIRS": "Olympus ORF",
    b"MMOR": "Olympus ORF",
    b"IIU\0": "Panasonic RW2",
    b"II\x1a\0\0\0HEAPCCDR": "Canon CRW",
    b"FOVb": "Sigma X3F",
    b"\0MRM": "Minolta MRW",
}
_LONGEST_START = 16
_CANON_MARK, _CANON_MARK_OFFSET = b"CR", 8

_MAKERS = {
    "NIKON": "Nikon NEF",
    "SONY": "Sony ARW",
    "CANON": "Canon CR2",
    "PENTAX": "Pentax PEF",
    "RICOH": "Pentax PEF",
    "SAMSUNG": "Samsung SRW",
    "OLYMPUS": "Olympus ORF",
    "HASSELBLAD": "Hasselblad 3FR",
    "PHASE ONE": "Phase One IIQ",
    "EASTMAN KODAK": "Kodak DCR",
    "SEIKO EPSON": "Epson ERF",
    "LEAF": "Leaf MOS",
    "MAMIYA": "Mamiya MEF",
}
_COMPRESSION, _PHOTOMETRIC, _MAKE, _SUB_DIRECTORIES, _DNG_VERSION = 259, 262, 271, 330, 50706
_RAW_PHOTOMETRICS = {32803, 34892}
"""Colour filter array, and linear raw of DNG."""
_RAW_COMPRESSIONS = {32767, 32769, 32770, 34713, 65535}
"""Sony ARW, two of Samsung SRW, Nikon NEF and Pentax PEF."""

_MAX_DIRECTORIES = 12
_MAX_ENTRIES = 512
_MAX_MAKE_BYTES = 32
_NUMBER_BYTES = {1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8}
"""Bytes of a number by the type of a tag; text and others are read as they are."""


@dataclass(frozen=True, kw_only=True)
class _Tiff:
    read: Read
    order: str
    is_big: bool

    def number(self, data: bytes) -> int:
        return int.from_bytes(data, "big" if self.order == ">" else "little")


@dataclass(frozen=True, kw_only=True)
class _Directory:
    numbers: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    make: str = ""
    following: int = 0


def refuse_raw(read: Read) -> None:
    """Reject a raw camera file.

    Raises:
        Rejected: With `unsupported-format` and the name of its format.
    """
    name = raw_camera(read)
    if name is not None:
        raise Rejected(
            Reason.UNSUPPORTED_FORMAT,
            f"the image is a raw camera file ({name}): upload a JPEG made from it",
        )


def raw_camera(read: Read) -> str | None:
    """Return the format of a raw camera file, such as `Nikon NEF`; None for other files."""
    start = read(0, _LONGEST_START)
    if start[4:12] == b"ftypcrx ":
        return "Canon CR3"
    for signature, name in _STARTS.items():
        if start.startswith(signature):
            return name
    if start[:4] not in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return None
    if start[_CANON_MARK_OFFSET:].startswith(_CANON_MARK):
        return "Canon CR2"
    return _by_tags(read, start)


def _by_tags(read: Read, start: bytes) -> str | None:
    tiff = _Tiff(read=read, order=">" if start[:1] == b"M" else "<", is_big=b"+" in start[2:4])
    make, is_raw = "", False
    for directory in _directories(tiff, start):
        make = make or directory.make
        if _DNG_VERSION in directory.numbers:
            return "DNG"
        is_raw = (
            is_raw
            or not _RAW_PHOTOMETRICS.isdisjoint(directory.numbers.get(_PHOTOMETRIC, ()))
            or not _RAW_COMPRESSIONS.isdisjoint(directory.numbers.get(_COMPRESSION, ()))
        )
    if not is_raw:
        return None
    names = (name for maker, name in _MAKERS.items() if make.upper().startswith(maker))
    return next(names, "TIFF with a colour filter array")


def _directories(tiff: _Tiff, start: bytes) -> Iterator[_Directory]:
    """Yield the directories of all pictures, also those within others."""
    waiting = [tiff.number(start[8:16] if tiff.is_big else start[4:8])]
    seen = set[int]()
    while waiting and len(seen) < _MAX_DIRECTORIES:
        offset = waiting.pop(0)
        if offset in seen or offset == 0:
            continue
        seen.add(offset)
        directory = _directory(tiff, offset)
        waiting += [*directory.numbers.get(_SUB_DIRECTORIES, ()), directory.following]
        yield directory


def _directory(tiff: _Tiff, offset: int) -> _Directory:
    count_bytes, entry_bytes, room = (8, 20, 8) if tiff.is_big else (2, 12, 4)
    count = tiff.number(tiff.read(offset, count_bytes))
    size = min(count, _MAX_ENTRIES) * entry_bytes
    data = tiff.read(offset + count_bytes, size + room)
    numbers, make = dict[int, list[int]](), ""
    for place in range(0, min(size, len(data) - entry_bytes + 1), entry_bytes):
        entry = data[place : place + entry_bytes]
        tag, kind = tiff.number(entry[:2]), tiff.number(entry[2:4])
        if tag == _MAKE:
            make = _value(tiff, entry, room, 1, _MAX_MAKE_BYTES).decode("ascii", "replace")
        elif tag in (_COMPRESSION, _PHOTOMETRIC, _SUB_DIRECTORIES, _DNG_VERSION):
            unit = _NUMBER_BYTES.get(kind, 1)
            value = _value(tiff, entry, room, unit, _MAX_DIRECTORIES * unit)
            numbers[tag] = [tiff.number(value[at : at + unit]) for at in range(0, len(value), unit)]
    following = tiff.number(data[size : size + room]) if count <= _MAX_ENTRIES else 0
    return _Directory(numbers=numbers, make=make, following=following)


def _value(tiff: _Tiff, entry: bytes, room: int, unit: int, most: int) -> bytes:
    size = tiff.number(entry[4:-room]) * unit
    inside = entry[-room:]
    return inside[:size] if size <= room else tiff.read(tiff.number(inside), min(size, most))
