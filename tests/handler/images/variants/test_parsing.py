"""Variants are parsed strictly, and all problems are reported at once."""

import pytest

from handler.images.geometry import Fit
from handler.images.input_formats import READABLE
from handler.images.variants.output_formats import ImageFormat
from handler.images.variants.parsing import VariantProblems, parse_variants
from handler.images.variants.variant import Variant
from tests.handler.deployment import DEFAULT_SPECS

JPEG: dict[str, object] = {"name": "a", "format": "jpeg"}


def problems_of(*specs: object) -> tuple[str, ...]:
    with pytest.raises(VariantProblems) as caught:
        parse_variants(specs)
    return tuple(map(str, caught.value.problems))


def test_the_default_variants_have_the_key_suffixes_of_the_reference_systems() -> None:
    assert [variant.key_suffix for variant in parse_variants(DEFAULT_SPECS)] == [
        "_compressed.jpg",
        "_low_quality.jpg",
        "_converted.webp",
        "_converted.png",
        "_thumbnail.jpg",
    ]


def test_all_fields_of_a_spec_are_read() -> None:
    spec = {"name": "t", "format": "webp", "quality": 7, "maxWidth": 150, "maxHeight": 99}
    assert parse_variants([spec]) == (
        Variant(
            name="t",
            format=ImageFormat.WEBP,
            quality=7,
            max_width_pixels=150,
            max_height_pixels=99,
        ),
    )


def test_the_keys_of_formats_are_read() -> None:
    specs = [
        {"name": "a", "format": "jpeg", "progressive": True, "subsampling": "4:4:4"},
        {"name": "b", "format": "webp", "lossless": True, "skipIfLarger": True},
        {"name": "d", "format": "png", "animated": True},
        {
            **{"name": "c", "format": "avif", "maxBytes": 5000, "sharpen": 50, "greyscale": True},
            **{"maxWidth": 10, "maxHeight": 20, "fit": "cover", "enlarge": True},
            **{"background": "#102030", "sources": ["GIF"]},
        },
    ]
    first, second, moving, third = parse_variants(specs)
    assert (first.progressive, first.subsampling) == (True, "4:4:4")
    assert (second.lossless, second.quality, second.skip_if_larger) == (True, None, True)
    assert moving.animated
    assert third == Variant(
        name="c",
        format=ImageFormat.AVIF,
        quality=60,
        max_width_pixels=10,
        max_height_pixels=20,
        fit=Fit.COVER,
        enlarge=True,
        max_bytes=5000,
        sharpen_percent=50,
        greyscale=True,
        background_colour="#102030",
        sources=("GIF",),
    )
    assert parse_variants([v.to_spec() for v in parse_variants(specs)]) == parse_variants(specs)


def test_a_set_of_widths_expands_to_a_variant_per_width() -> None:
    variants = parse_variants([{"name": "hero", "format": "webp", "widths": [640, 320]}])
    assert [(v.key_suffix, v.max_width_pixels, v.srcset) for v in variants] == [
        ("_hero_640.webp", 640, "hero"),
        ("_hero_320.webp", 320, "hero"),
    ]
    assert parse_variants([variant.to_spec() for variant in variants]) == variants


def test_format_same_expands_to_a_variant_per_output_format() -> None:
    variants = parse_variants([{"name": "a", "format": "same", "quality": 70, "maxWidth": 9}])
    assert [(v.key_suffix, v.quality) for v in variants] == [
        ("_a.jpg", 70),
        ("_a.png", None),
        ("_a.webp", 70),
        ("_a.avif", 70),
    ]
    for upload, key_suffix in (("JPEG", "_a.jpg"), ("TIFF", "_a.png"), ("GIF", "_a.webp")):
        assert [v.key_suffix for v in variants if v.is_made_of(upload)] == [key_suffix]
    assert all(sum(v.is_made_of(upload) for v in variants) == 1 for upload in READABLE)


def test_a_variant_is_made_of_all_uploads_by_default() -> None:
    (variant,) = parse_variants([JPEG])
    assert all(variant.is_made_of(upload) for upload in READABLE)


@pytest.mark.parametrize(
    ("name", "quality"), [("jpeg", 85), ("webp", 80), ("avif", 60), ("png", None), ("gif", None)]
)
def test_quality_has_a_default_in_formats_with_a_quality(name: str, quality: int | None) -> None:
    assert parse_variants([{"name": "a", "format": name}])[0].quality == quality


def test_a_parsed_spec_can_be_written_and_parsed_again() -> None:
    variants = parse_variants(DEFAULT_SPECS)
    assert parse_variants([variant.to_spec() for variant in variants]) == variants


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Big"}, "name is 'Big'"),
        ({"name": ""}, "name is ''"),
        ({"name": "a" * 33}, "name is 'aaa"),
        ({"name": "a\n"}, "name is 'a\\n'"),
        ({"name": 1.5}, "name is '1.5'"),
        ({"format": "tiff"}, "format is 'tiff': give one of jpeg, png, webp, avif, gif, same"),
        ({"format": ["jpeg"]}, "format is ['jpeg']"),
        ({"quality": 0}, "quality is 0: give 1-95 for jpeg"),
        ({"quality": 96}, "quality is 96: give 1-95 for jpeg"),
        ({"quality": True}, "quality is True"),
        ({"quality": "85"}, "quality is '85'"),
        ({"format": "webp", "quality": 101}, "quality is 101: give 1-100 for webp"),
        ({"format": "png", "quality": 9}, "quality is 9: png does not support quality, omit it"),
        ({"maxWidth": 0}, "maxWidth is 0: give 1-16384 pixels, or omit it"),
        ({"maxHeight": 16385}, "maxHeight is 16385"),
        ({"maxHeight": None}, "maxHeight is None"),
        ({"fit": "fill"}, "fit is 'fill': give one of inside, cover, contain"),
        ({"fit": "cover", "maxWidth": 9}, "fit is 'cover': give the box, maxWidth and maxHeight"),
        ({"position": "left"}, "position is 'left': give one of centre, north, northeast, east"),
        ({"position": "north"}, "position is 'north': give fit cover, or omit it"),
        ({"enlarge": True}, "enlarge is True: give maxWidth, maxHeight or both"),
        ({"enlarge": 1}, "enlarge is 1: give true or false"),
        ({"lossless": True}, "lossless is True: jpeg does not support lossless, omit it"),
        (
            {"format": "webp", "lossless": True, "quality": 9},
            "lossless is True: omit quality and maxBytes",
        ),
        ({"format": "gif", "quality": 9}, "quality is 9: gif does not support quality, omit it"),
        ({"format": "gif", "keepCopyright": True}, "gif does not support keepCopyright, omit it"),
        ({"format": "webp", "keepGainMap": True}, "webp does not support keepGainMap, omit it"),
        ({"keepGainMap": 1}, "keepGainMap is 1: give true or false"),
        (
            {"keepGainMap": True, "greyscale": True},
            "keepGainMap is True: omit greyscale, watermark and fit contain, or keepGainMap",
        ),
        (
            {"keepGainMap": True, "watermark": {"text": "a"}},
            "keepGainMap is True: omit greyscale, watermark and fit contain, or keepGainMap",
        ),
        (
            {"keepGainMap": True, "fit": "contain", "maxWidth": 9, "maxHeight": 9},
            "keepGainMap is True: omit greyscale, watermark and fit contain, or keepGainMap",
        ),
        ({"format": "webp", "animated": True}, "webp does not support animated, omit it"),
        ({"format": "webp", "progressive": True}, "webp does not support progressive, omit it"),
        ({"subsampling": "4:1:1"}, "give one of 4:4:4, 4:2:2, 4:2:0"),
        ({"maxBytes": 1023}, "maxBytes is 1023: give 1024-104857600 bytes"),
        ({"format": "png", "maxBytes": 9999}, "png does not support maxBytes, omit it"),
        ({"sharpen": 201}, "sharpen is 201: give 1-200 percent, or omit it"),
        ({"background": "white"}, "background is 'white': give #rrggbb"),
        ({"widths": []}, "widths is []: give up to 10 different widths of 1-16384 pixels"),
        ({"widths": [5, 5]}, "widths[1] is 5: give up to 10 different widths"),
        ({"widths": [5], "maxWidth": 5}, "maxWidth is 5: give either widths or maxWidth"),
        ({"widths": [5, 10], "name": "a" * 30}, f"name is '{'a' * 30}_10'"),
        ({"sources": ["SVG"]}, "sources[0] is 'SVG': give different formats out of JPEG"),
        ({"sources": ["PNG"], "format": "same"}, "format same has its own sources, omit it"),
        ({"format": "same", "quality": 96}, "quality is 96: give 1-95 for same"),
        (
            {"cacheControl": "max-age=1\n"},
            "cacheControl is 'max-age=1\\n': give up to 200 characters",
        ),
        ({"watermark": "mine"}, "watermark: 'mine' is not an object: give text or image"),
        ({"watermark": {}}, "watermark: give either text or image"),
        ({"watermark": {"text": "a", "image": "b"}}, "watermark: give either text or image"),
        ({"watermark": {"text": "船"}}, "watermark: text is '船': give 1-100 characters of ASCII"),
        ({"watermark": {"text": "a", "opacity": 0}}, "watermark: opacity is 0: give 1-100 percent"),
        (
            {"watermark": {"text": "a", "size": 5}},
            "watermark: unknown key 'size': allowed are text",
        ),
        (
            {"watermark": {"image": "a.png"}},
            "watermark: image is 'a.png': the program has not read it yet",
        ),
        (
            {"watermark": {"image": "a.png", "content": "0" * 16, "colour": "#000000"}},
            "watermark: colour is for a text: omit it",
        ),
        ({"cacheControl": "forever!"}, "cacheControl is 'forever!'"),
        ({"cacheControl": "a" * 201}, "directives, such as public, max-age=86400"),
        ({"contentDisposition": "save"}, "give one of inline, attachment"),
        ({"copyTags": "yes"}, "copyTags is 'yes': give true or false"),
        ({"max_width": 5}, "unknown key 'max_width': allowed are name, format, quality"),
    ],
)
def test_an_invalid_value_is_named_with_the_allowed_ones(
    change: dict[str, object], said: str
) -> None:
    (problem,) = problems_of({**JPEG, **change})
    assert said in problem


@pytest.mark.parametrize("change", [{"quality": 1}, {"quality": 95}, {"maxWidth": 16384}])
def test_values_at_the_limits_are_allowed(change: dict[str, object]) -> None:
    assert parse_variants([{**JPEG, **change}])


def test_all_problems_are_reported_at_once_with_index_and_name() -> None:
    first, second, third = problems_of(
        {"name": "small", "format": "bmp"}, "large", {"format": "png"}
    )
    assert first.startswith("variant 0 (small): format")
    assert second.startswith("variant 1 is 'large'")
    assert third.startswith("variant 2 (without a name): name")


def test_an_empty_list_of_variants_is_allowed() -> None:
    assert parse_variants([]) == ()


def test_two_variants_cannot_have_the_same_output() -> None:
    (problem,) = problems_of(JPEG, {**JPEG, "quality": 5})
    assert problem == "2 variants end in '_a.jpg': change a name or a format"


def test_a_key_suffix_cannot_be_the_end_of_another() -> None:
    (problem,) = problems_of({**JPEG, "name": "low_quality"}, {**JPEG, "name": "quality"})
    assert problem.startswith("ending '_low_quality.jpg' includes ending '_quality.jpg'")


def test_the_same_name_in_another_format_is_another_key_suffix() -> None:
    assert parse_variants([JPEG, {"name": "a", "format": "png"}])
