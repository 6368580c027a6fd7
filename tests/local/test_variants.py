"""Proves that the deployed pipeline writes the right bytes for each variant.

Expected sizes, colours and names are derived by hand from the images in `sources`.
"""

from collections.abc import Mapping

import pytest
from PIL import Image

from local.stack import LocalStack
from tests.local.pipe import Sent, variant
from tests.local.sources import AWKWARD_KEYS, BLUE, REASONS, RED, SOURCES, WHITE

KEY_SUFFIXES = {
    "_compressed.jpg",
    "_low_quality.jpg",
    "_converted.webp",
    "_converted.png",
    "_thumbnail.jpg",
}


def is_near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    pixel = image.convert("RGB").getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(have - want) <= 12 for have, want in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("key", AWKWARD_KEYS)
def test_a_key_is_decoded_from_the_event(sent: Mapping[str, Sent], key: str) -> None:
    item = sent[key].item
    assert item["status"] == "processed"
    assert item["key"] == key
    stem = key.removesuffix(".jpg") if key.count(".") == 1 else key
    assert {each["key"] for each in item["variants"]} == {
        stem + key_suffix for key_suffix in KEY_SUFFIXES
    }


def test_each_variant_has_the_configured_format_and_size_and_the_colours_of_the_source(
    local_stack: LocalStack, sent: Mapping[str, Sent]
) -> None:
    assert sent["plain.jpg"].item["status"] == "processed"
    expected = {
        "plain_compressed.jpg": ("JPEG", (400, 200)),
        "plain_low_quality.jpg": ("JPEG", (400, 200)),
        "plain_converted.webp": ("WEBP", (400, 200)),
        "plain_converted.png": ("PNG", (400, 200)),
        "plain_thumbnail.jpg": ("JPEG", (150, 75)),
    }
    for key, (image_format, size) in expected.items():
        image = variant(local_stack, key)
        assert (image.format, image.size) == (image_format, size)
        assert is_near(image, (size[0] // 4, size[1] // 2), RED)
        assert is_near(image, (size[0] * 3 // 4, size[1] // 2), BLUE)


def test_a_variant_has_the_content_type_of_its_format(
    local_stack: LocalStack, sent: Mapping[str, Sent]
) -> None:
    assert sent["plain.jpg"].item["status"] == "processed"
    bucket = local_stack.outputs["processedBucketName"]
    for key, content_type in {
        "plain_thumbnail.jpg": "image/jpeg",
        "plain_converted.png": "image/png",
        "plain_converted.webp": "image/webp",
    }.items():
        assert (
            local_stack.clients.s3.head_object(Bucket=bucket, Key=key)["ContentType"]
            == content_type
        )


def test_an_image_stored_sideways_becomes_upright(
    local_stack: LocalStack, sent: Mapping[str, Sent]
) -> None:
    source = sent["sideways.jpg"].item["source"]
    assert (source["width"], source["height"]) == (200, 400)
    image = variant(local_stack, "sideways_converted.png")
    assert image.size == (200, 400)
    assert is_near(image, (100, 100), RED)
    assert is_near(image, (100, 300), BLUE)


def test_transparency_is_kept_in_png_and_webp_and_white_in_jpeg(
    local_stack: LocalStack, sent: Mapping[str, Sent]
) -> None:
    assert sent["transparent.png"].item["status"] == "processed"
    for key_suffix in ("png", "webp"):
        pixel = variant(local_stack, f"transparent.png_converted.{key_suffix}").getpixel((30, 15))
        assert isinstance(pixel, tuple)
        assert pixel[3] == 0
    assert is_near(variant(local_stack, "transparent.png_compressed.jpg"), (30, 15), WHITE)


@pytest.mark.parametrize("key", ["picture.webp", "picture.gif"])
def test_webp_and_gif_are_read_and_png_variants_have_the_first_frame(
    local_stack: LocalStack, sent: Mapping[str, Sent], key: str
) -> None:
    assert sent[key].item["status"] == "processed"
    image = variant(local_stack, f"{key}_converted.png")
    assert image.size == (400, 200)
    assert is_near(image, (100, 100), RED)


def test_sources_that_differ_in_folder_or_extension_share_no_variant(
    sent: Mapping[str, Sent],
) -> None:
    keys = [each["key"] for one in sent.values() for each in one.item.get("variants", [])]
    assert len(keys) == 5 * (len(SOURCES) - len(REASONS))
    assert len(set(keys)) == len(keys)
