"""Variants with `keepGainMap` are Ultra HDR files, as libultrahdr and exiftool read them."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from tests.handler.images import libvips, ultra_hdr
from tests.handler.images.ultra_hdr import (
    BASE,
    HEIGHT,
    MAP,
    SMALL,
    WIDTH,
    file_of,
    gain_map_of,
    iso,
    kept,
    loaded,
    segment,
    variant_of,
    xmp,
)
from tests.handler.pictures import encode, profile_with_red_and_blue_swapped
from tests.oracles import EXIFTOOL


def read_by_exiftool(data: bytes, folder: Path) -> dict[str, Any]:
    path = folder / "a.jpg"
    path.write_bytes(data)
    (found,) = json.loads(EXIFTOOL("-json", "-G1", "-a", "-n", "-struct", str(path)))
    return found


def difference(one: Any, other: Any) -> float:
    """Return the mean difference of luminance, relative to the mean."""
    a, b = (image.colourspace("xyz")[1] for image in (one, other))
    return (a - b).abs().avg() / a.avg()


CASES: dict[str, tuple[dict[str, object], tuple[int, int, int, int], tuple[int, int]]] = {
    "as large": ({"quality": 95}, (0, 0, WIDTH, HEIGHT), (480, 320)),
    "smaller": ({"maxWidth": 240}, (0, 0, WIDTH, HEIGHT), (240, 160)),
    "sharpened": ({"maxWidth": 240, "sharpen": 50}, (0, 0, WIDTH, HEIGHT), (240, 160)),
    "thumbnail": ({"maxWidth": 100}, (0, 0, WIDTH, HEIGHT), (100, 67)),
    "crop": (
        {"maxWidth": 150, "maxHeight": 150, "fit": "cover", "position": "east"},
        (WIDTH - HEIGHT, 0, HEIGHT, HEIGHT),
        (150, 150),
    ),
}
"""Spec, crop (left, upper, width, height) and size of the variant."""


@pytest.mark.parametrize("case", CASES)
def test_a_variant_is_as_bright_as_the_source_everywhere(case: str) -> None:
    spec, crop, (width, height) = CASES[case]
    source = ultra_hdr.written()
    shown = loaded(kept(source, **spec)).uhdr2scRGB()
    part = loaded(source).uhdr2scRGB().crop(*crop)
    expected = part.resize(width / crop[2], vscale=height / crop[3])
    assert (shown.width, shown.height) == (width, height)
    assert difference(shown, expected) < 0.03
    # The tolerance is far below what a missing, turned or uncropped gain map makes.
    plain = libvips.opened(variant_of(source, **spec)).colourspace("scrgb")
    assert difference(plain, expected) > 0.2
    assert difference(shown.fliphor(), expected) > 0.2


def test_a_turned_variant_is_as_bright_as_the_source_everywhere() -> None:
    source = ultra_hdr.written(orientation=6)
    shown = loaded(kept(source, maxWidth=160)).uhdr2scRGB()
    expected = loaded(source).uhdr2scRGB().rot90().resize(0.5)
    assert (shown.width, shown.height) == (160, 240)
    assert difference(shown, expected) < 0.03
    assert difference(shown.rot180(), expected) > 0.2


def test_the_terms_of_a_gain_map_are_unchanged() -> None:
    source = ultra_hdr.written()
    before, after = loaded(source), loaded(kept(source, **SMALL))
    for name in ("max-content-boost", "min-content-boost", "gamma", "offset-sdr", "offset-hdr"):
        assert after.get(f"gainmap-{name}") == before.get(f"gainmap-{name}")
    for name in ("hdr-capacity-min", "hdr-capacity-max"):
        assert after.get(f"gainmap-{name}") == before.get(f"gainmap-{name}")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("shift", [0, 7, 1_000_000, -3_000_000_000 % 2**32])
@pytest.mark.parametrize("terms", [(xmp("2"),), (iso(2),), (xmp("2"), iso(2))])
def test_a_gain_map_is_found_with_either_kind_of_terms_and_a_wrong_index(
    terms: tuple[bytes, ...], shift: int, order: str
) -> None:
    data = kept(file_of(BASE, MAP, *terms, shift=shift, order=order), **SMALL)
    read = loaded(data)
    assert read.get("gainmap-max-content-boost") == pytest.approx([4, 4, 4])
    assert (read.width, read.height) == (120, 80)
    found = gain_map_of(data)
    assert (found.width, found.height, found.bands) == (30, 20, 1)
    top, bottom = found.getpoint(15, 2), found.getpoint(15, 17)
    assert (*top, *bottom) == pytest.approx((32, 223), abs=4)


def test_a_coloured_gain_map_keeps_its_colours() -> None:
    colours = Image.new("RGB", (60, 40), (200, 90, 20))
    data = kept(file_of(BASE, colours, iso(2, channels=3)), **SMALL)
    found = gain_map_of(data)
    assert (found.width, found.height, found.bands) == (30, 20, 3)
    assert found.getpoint(15, 10) == pytest.approx([200, 90, 20], abs=4)


def test_terms_that_differ_by_colour_are_kept() -> None:
    seq = "<hdrgm:GainMapMax><rdf:Seq>{}</rdf:Seq></hdrgm:GainMapMax>".format(
        "".join(f"<rdf:li>{each}</rdf:li>" for each in ("2.5", "1", "0.75"))
    )
    terms = xmp("2", elements=seq).replace(b' hdrgm:GainMapMax="2"', b"")
    terms = ultra_hdr.segment(0xE1, terms[4:])
    colours = Image.new("RGB", (60, 40), (200, 90, 20))
    data = kept(file_of(BASE, colours, terms))
    assert [data.count(f"<rdf:li>{each}</rdf:li>".encode()) for each in ("2.5", "1", "0.75")] == [
        *(1, 1, 1)
    ]


@pytest.mark.parametrize("width", [50, 77, 98, 99, 101, 150, 239])
def test_a_gain_map_has_the_proportions_of_the_variant(width: int) -> None:
    data = kept(file_of(BASE, MAP, iso(2)), maxWidth=width)
    shown, found = loaded(data), gain_map_of(data)
    # libultrahdr 1.0 ignores a gain map that differs by more than 1 %.
    assert found.width / found.height == pytest.approx(shown.width / shown.height, rel=0.01)
    assert width / 4 - 0.5 <= found.width <= min(width, 60)


def test_a_gain_map_is_never_enlarged() -> None:
    data = kept(file_of(BASE, MAP, iso(2)), maxWidth=960, enlarge=True)
    found = gain_map_of(data)
    assert (loaded(data).width, found.width, found.height) == (960, 60, 40)


def test_a_gain_map_of_noise_can_be_encoded() -> None:
    noise = Image.effect_noise((240, 160), 255)
    data = kept(file_of(BASE, noise, iso(2)))
    assert gain_map_of(data).width == 240


def test_a_file_without_a_gain_map_becomes_an_ordinary_jpeg() -> None:
    for file in (encode(BASE, "JPEG"), encode(BASE, "PNG"), encode(BASE, "JPEG", orientation=6)):
        assert kept(file, **SMALL) == variant_of(file, **SMALL)


def test_only_variants_with_the_option_have_a_gain_map() -> None:
    file = ultra_hdr.written()
    plain = variant_of(file, **SMALL)
    assert b"MPF" not in plain
    assert ultra_hdr.ISO not in plain
    assert len(kept(file, **SMALL)) > len(plain)


def test_max_bytes_count_the_whole_file() -> None:
    file = ultra_hdr.written()
    whole = kept(file, maxWidth=240)
    data = kept(file, maxWidth=240, maxBytes=len(whole) - 1_000)
    assert len(data) <= len(whole) - 1_000
    assert gain_map_of(data).width == 60


def test_a_gain_map_that_does_not_fit_into_max_bytes_is_left_out() -> None:
    file = ultra_hdr.written()
    assert kept(file, maxBytes=1_500) == variant_of(file, maxBytes=1_500)


def test_exiftool_reads_places_sizes_and_terms_and_finds_nothing_personal(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Ann Secret"
    private = segment(0xE1, exif.tobytes()) + segment(0xFE, b"Ann Secret")
    source = file_of(
        BASE,
        MAP,
        private,
        xmp("2", extra=' xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="Ann Secret"'),
        iso(2),
        announced=private,
    )
    assert source.count(b"Ann Secret") == 5
    data = kept(source, **SMALL)
    found = read_by_exiftool(data, tmp_path)
    first, second = found["MPImage1:MPImageLength"], found["MPImage2:MPImageLength"]
    assert (found["MPImage2:MPImageStart"], first + second) == (first, len(data))
    (_, listed) = found["XMP-Container:Directory"]
    assert listed["Item"] == {"Mime": "image/jpeg", "Semantic": "GainMap", "Length": second}
    gain_map = read_by_exiftool(data[first:], tmp_path)
    groups = {name.partition(":")[0] for name in {**found, **gain_map}}
    assert groups == {
        *("SourceFile", "ExifTool", "System", "File", "JFIF", "Composite"),
        *("MPF0", "MPImage1", "MPImage2", "XMP-Container", "XMP-hdrgm"),
    }
    before = read_by_exiftool(source[source.rindex(b"\xff\xd8\xff") :], tmp_path)
    terms = {name: value for name, value in before.items() if name.startswith("XMP-hdrgm:")}
    assert len(terms) == 9
    del terms["XMP-hdrgm:BaseRenditionIsHDR"]  # False if omitted
    assert terms.items() <= gain_map.items()
    assert b"Ann" not in data


def test_a_profile_is_kept_only_if_a_gain_map_is_applied_in_its_colours() -> None:
    profile = profile_with_red_and_blue_swapped()
    described = segment(0xE2, b"ICC_PROFILE\0\1\1" + profile)
    for flags, is_kept in ((0, True), (0x40, False)):
        data = kept(file_of(BASE, MAP, described, iso(2, flags=flags)), **SMALL)
        assert (described in data) == is_kept
        assert loaded(data).get("gainmap-use-base-cg") == (0 if is_kept else 1)
