"""Segments of a JPEG: ITU-T T.81, annex B.1."""

from collections.abc import Iterator

APPLICATION = range(0xE0, 0xF0)
"""Markers of segments whose content is up to programs, APP0 to APP15."""

_START_OF_SCAN = 0xDA


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of each segment before the first scan."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        end = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == _START_OF_SCAN or end > len(data) or end < position + 4:
            return
        yield marker, position, end
        position = end


def contents(data: bytes, marker: int, name: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield place and content, each after the name, of the segments of one kind."""
    for found, start, end in segments(data):
        place = start + 4 + len(name)
        if found == marker and place <= end and data[start + 4 : place] == name:
            yield place, data[place:end]


def segment(marker: int, content: bytes) -> bytes:
    """Return a segment with at most 65,533 bytes of content."""
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def with_segments(data: bytes, added: bytes) -> bytes:
    """Return a JPEG with segments after its last one for programs before the picture."""
    place = insertion_place(data)
    return data[:place] + added + data[place:]


def insertion_place(data: bytes) -> int:
    """Return where the segments for programs at the start of a JPEG end."""
    place = 2
    for marker, _, end in segments(data):
        if marker not in APPLICATION:
            break
        place = end
    return place
