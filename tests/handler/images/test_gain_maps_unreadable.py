"""A gain map that cannot be read is left out, and its picture is processed."""

from random import Random

import pytest

from tests.handler.images import libvips, ultra_hdr
from tests.handler.images.ultra_hdr import (
    BASE,
    ISO,
    MAP,
    SMALL,
    file_of,
    gradient,
    iso,
    kept,
    segment,
    variant_of,
    xmp,
)

LEFT_OUT: dict[str, bytes] = {
    "no terms": file_of(BASE, MAP),
    "larger than the picture": file_of(BASE, gradient(241, 160), iso(2)),
    "inks": file_of(BASE, MAP.convert("CMYK"), iso(2)),
    "brighter picture first": file_of(BASE, MAP, iso(2, base_headroom=3)),
    "later version": file_of(BASE, MAP, iso(2).replace(ISO + b"\0\0", ISO + b"\0\1")),
    "cut numbers": file_of(BASE, MAP, segment(0xE2, iso(2)[4:60])),
    "three channels of which one is there": file_of(BASE, MAP, iso(2, flags=0x80)),
    "denominator of zero": file_of(BASE, MAP, iso(2).replace(b"\0\0\x03\xe8", bytes(4))),
    "not a number": file_of(BASE, MAP, xmp("2px")),
    "digits of another script": file_of(BASE, MAP, xmp("٢")),
    "brighter picture first in XMP": file_of(BASE, MAP, xmp("2").replace(b'"False"', b'"True" ')),
    "later version in XMP": file_of(BASE, MAP, xmp("2").replace(b'"1.0"', b'"2.0"')),
    "XMP cut": file_of(BASE, MAP, segment(0xE1, xmp("2")[4:400])),
    "entities": file_of(BASE, MAP, segment(0xE1, ultra_hdr.XMP + b"<!DOCTYPE a>" + xmp("2")[33:])),
    "too many scans": file_of(BASE, MAP, iso(2), segment(0xFE, b"\xff\xda" * 65)),
    "cut": file_of(BASE, MAP, iso(2))[:-200],
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_a_gain_map_that_cannot_be_read_is_left_out(case: str) -> None:
    assert kept(LEFT_OUT[case], **SMALL) == variant_of(LEFT_OUT[case], **SMALL)
    readable = file_of(BASE, MAP, iso(2))
    assert kept(readable, **SMALL) != variant_of(readable, **SMALL)


def test_no_change_of_index_or_gain_map_rejects_a_picture() -> None:
    random = Random(13)  # noqa: S311 - nothing is secret
    source = file_of(BASE, MAP, xmp("2"), iso(2))
    plain = variant_of(source, **SMALL)
    index, appended = source.index(b"MPF\0"), source.rindex(b"\xff\xd8\xff")
    with_map = 0
    for number in range(400):
        changed = bytearray(source)
        places = range(index + 4, index + 86) if number % 2 else range(appended, len(source))
        for place in random.sample(places, random.choice([1, 2, 5])):
            changed[place] = random.choice([0, 1, 0x7F, 0x80, 0xFF, random.randrange(256)])
        end = random.randrange(appended, len(source)) if number % 10 == 0 else len(source)
        data = kept(bytes(changed[:end]), **SMALL)
        with_map += data != plain
        assert libvips.opened(data).width == 120
    assert 100 < with_map < 390
