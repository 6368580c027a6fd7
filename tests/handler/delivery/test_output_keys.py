"""No two uploads share an output key, and common names have the expected keys."""

from itertools import product

import pytest

from handler.delivery.output_keys import output_key
from handler.images.variants.parsing import parse_variants
from handler.model.errors import Reason, Rejected
from tests.handler.deployment import DEFAULT_SPECS

COMPRESSED = parse_variants(DEFAULT_SPECS)[0]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("photo.jpg", "photo_compressed.jpg"),
        ("a/b/photo.jpg", "a/b/photo_compressed.jpg"),
        ("a.b/photo.jpg", "a.b/photo_compressed.jpg"),
        ("photo", "photo.jpg_compressed.jpg"),
        ("photo.JPG", "photo.JPG_compressed.jpg"),
        ("photo.png", "photo.png_compressed.jpg"),
        ("my.photo.jpg", "my.photo.jpg_compressed.jpg"),
        ("photo.jpg.jpg", "photo.jpg.jpg_compressed.jpg"),
        (".jpg", ".jpg_compressed.jpg"),
        ("//photo.jpg", "//photo_compressed.jpg"),
        ("../photo.jpg", "../photo_compressed.jpg"),
        ("søt 猫 🐈+100%.jpg", "søt 猫 🐈+100%_compressed.jpg"),
    ],
)
def test_the_folder_is_kept_and_the_name_is_extended(source: str, expected: str) -> None:
    assert output_key(source, COMPRESSED) == expected


def test_no_two_uploads_share_an_output_whatever_their_names() -> None:
    variants = parse_variants(
        [
            {"name": "a", "format": "jpeg"},
            {"name": "b", "format": "jpeg"},
            {"name": "a", "format": "png"},
        ]
    )
    pieces = ("a", "/", ".", ".jpg", ".png", "_a", "_a.jpg", "_b.jpg")
    sources = {
        "".join(chosen) for length in range(1, 6) for chosen in product(pieces, repeat=length)
    }
    pairs = [(key, variant) for key in sources if not key.endswith("/") for variant in variants]
    assert len(pairs) > 80_000
    assert len({output_key(key, variant) for key, variant in pairs}) == len(pairs)
    moved = {
        output_key(f"in/{key}", variant, upload_prefix="in/", processed_prefix="out/")
        for key, variant in pairs
    }
    assert len(moved) == len(pairs)
    assert all(key.startswith("out/") for key in moved)


def test_in_one_bucket_the_folder_below_the_prefix_is_kept() -> None:
    prefixes = {"upload_prefix": "uploads/", "processed_prefix": "processed/"}
    key = output_key("uploads/a/uploads/photo.jpg", COMPRESSED, **prefixes)
    assert key == "processed/a/uploads/photo_compressed.jpg"
    with pytest.raises(ValueError, match="does not begin with uploads/"):
        output_key("photo.jpg", COMPRESSED, **prefixes)


LONGEST = "å" * 504 + "x"
"""With the 15 bytes of `_compressed.jpg`, its 2 x 504 + 1 bytes make 1,024, the limit of S3."""


def test_an_output_key_may_be_as_long_as_s3_allows() -> None:
    assert len(output_key(f"{LONGEST}.jpg", COMPRESSED).encode()) == 1_024


def test_a_longer_output_key_is_rejected() -> None:
    with pytest.raises(Rejected, match="would have 1025 bytes") as caught:
        output_key(f"{LONGEST}x.jpg", COMPRESSED)
    assert caught.value.reason is Reason.KEY_TOO_LONG
