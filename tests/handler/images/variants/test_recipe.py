"""The recipe changes with every option that changes an output, and with nothing else."""

import pytest

from handler.images.variants.parsing import parse_variants, recipe

JPEG: dict[str, object] = {"name": "a", "format": "jpeg"}


def test_the_recipe_ignores_the_order_of_variants_and_explicit_defaults() -> None:
    other: list[dict[str, object]] = [{"name": "b", "format": "png"}]
    spelt_out: list[dict[str, object]] = [{**JPEG, "quality": 85, "keepGainMap": False}]
    assert recipe(parse_variants([JPEG, *other]), "#FFFFFF") == recipe(
        parse_variants([*other, *spelt_out]), "#ffffff"
    )


@pytest.mark.parametrize(
    ("specs", "colour"),
    [
        ([{**JPEG, "quality": 84}], "#ffffff"),
        ([{**JPEG, "maxWidth": 9}], "#ffffff"),
        ([{**JPEG, "maxHeight": 9}], "#ffffff"),
        ([{**JPEG, "greyscale": True}], "#ffffff"),
        ([{**JPEG, "sharpen": 9}], "#ffffff"),
        ([{**JPEG, "sources": ["PNG"]}], "#ffffff"),
        ([{**JPEG, "name": "b"}], "#ffffff"),
        ([{**JPEG, "watermark": {"text": "a"}}], "#ffffff"),
        ([{**JPEG, "keepCopyright": True}], "#ffffff"),
        ([{**JPEG, "keepGainMap": True}], "#ffffff"),
        ([{**JPEG, "cacheControl": "no-store"}], "#ffffff"),
        ([{**JPEG, "contentDisposition": "inline"}], "#ffffff"),
        ([{**JPEG, "copyUserMetadata": True}], "#ffffff"),
        ([{**JPEG, "copyTags": True}], "#ffffff"),
        ([JPEG, {"name": "b", "format": "png"}], "#ffffff"),
        ([JPEG], "#fffffe"),
    ],
)
def test_the_recipe_changes_with_every_option_that_changes_an_output(
    specs: list[dict[str, object]], colour: str
) -> None:
    assert recipe(parse_variants(specs), colour) != recipe(parse_variants([JPEG]), "#ffffff")


def test_the_recipe_of_an_animated_variant_changes_with_the_number_of_frames() -> None:
    (still,), (moving,) = parse_variants([JPEG]), parse_variants([{"name": "b", "format": "webp"}])
    assert recipe([still], "#ffffff", max_frames=2) == recipe([still], "#ffffff", max_frames=3)
    assert recipe([moving], "#ffffff", max_frames=2) != recipe([moving], "#ffffff", max_frames=3)


def test_the_crop_position_is_part_of_the_recipe() -> None:
    cover = {**JPEG, "maxWidth": 9, "maxHeight": 9, "fit": "cover"}
    specs = [{**cover, "position": each} for each in ("centre", "north", "attention")]
    assert len({recipe(parse_variants([spec]), "#ffffff") for spec in [*specs, cover]}) == 3
    for spec in specs:
        (variant,) = parse_variants([spec])
        assert parse_variants([variant.to_spec()]) == (variant,)


def test_another_watermark_changes_the_recipe() -> None:
    marks: list[dict[str, object]] = [
        {"text": "a"},
        {"text": "b"},
        {"text": "a", "tiled": True},
        {"text": "a", "colour": "#000000"},
        {"image": "a.png", "content": "0" * 16},
        {"image": "a.png", "content": "1" * 16},
    ]
    variants = [parse_variants([{**JPEG, "watermark": mark}]) for mark in marks]
    assert len({recipe(each, "#ffffff") for each in variants}) == len(marks)
    for each in variants:
        assert parse_variants([variant.to_spec() for variant in each]) == each
