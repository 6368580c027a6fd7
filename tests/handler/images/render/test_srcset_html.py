"""HTML for responsive images lists each width once and the best format first, for any key."""

from dataclasses import dataclass

from handler.images.render.srcset_html import srcset_html
from handler.images.variants.parsing import parse_variants
from handler.images.variants.variant import Variant

VARIANTS = parse_variants(
    [
        {"name": "hero", "format": "jpeg", "widths": [640, 320]},
        {"name": "best", "format": "avif", "widths": [320, 640], "srcset": "hero"},
        {"name": "thumbnail", "format": "jpeg"},
    ]
)


@dataclass(frozen=True)
class Stored:
    variant: Variant
    key: str
    width: int
    height: int


def stored(name: str, most: int) -> list[Stored]:
    """Return the stored variants of an upload whose width is `most` and whose height is half."""
    widths = [min(variant.max_width_pixels or most, most) for variant in VARIANTS]
    return [
        Stored(variant, f"{name}{variant.key_suffix}", width, width // 2)
        for variant, width in zip(VARIANTS, widths, strict=True)
    ]


def test_a_set_has_srcset_and_picture_for_a_page() -> None:
    assert srcset_html(stored("a/cat", 2_000)) == {
        "hero": {
            "image/avif": "a/cat_best_320.avif 320w, a/cat_best_640.avif 640w",
            "image/jpeg": "a/cat_hero_320.jpg 320w, a/cat_hero_640.jpg 640w",
            "picture": (
                '<picture><source type="image/avif" '
                'srcset="a/cat_best_320.avif 320w, a/cat_best_640.avif 640w">'
                '<source type="image/jpeg" '
                'srcset="a/cat_hero_320.jpg 320w, a/cat_hero_640.jpg 640w">'
                '<img src="a/cat_hero_640.jpg" width="640" height="320" loading="lazy"></picture>'
            ),
        }
    }


def test_a_width_larger_than_the_upload_is_listed_once() -> None:
    found = srcset_html(stored("cat", 400))["hero"]["image/avif"]
    assert found == "cat_best_320.avif 320w, cat_best_640.avif 400w"
    found = srcset_html(stored("cat", 100))["hero"]["image/avif"]
    assert found.count("100w") == 1


def test_keys_are_escaped() -> None:
    text = srcset_html(stored('a b,"><script>&é', 2_000))["hero"]["picture"]
    assert "a%20b%2C%22%3E%3Cscript%3E%26%C3%A9_hero_640.jpg" in text
    assert "<script" not in text


def test_without_sets_there_is_no_html() -> None:
    assert srcset_html([each for each in stored("cat", 9) if each.variant.srcset is None]) == {}
