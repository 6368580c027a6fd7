"""Proves that watermarks work in the deployed function, both as an image and as text."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from local.errors import LocalStackError
from local.stack import LocalStack
from tests.local.pipe import put, variant, wait_for_final
from tests.local.sources import SOURCES


def test_variants_are_watermarked_with_an_image_and_with_text(
    deployed: Callable[..., LocalStack], tmp_path: Path
) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (10, 10), (0, 255, 0)).save(logo)
    local_stack = deployed(
        variants=[
            {"name": "plain", "format": "png"},
            {"name": "logo", "format": "png", "watermark": {"image": str(logo), "margin": 0}},
            {"name": "text", "format": "png", "watermark": {"text": "© Ann"}},
        ]
    )
    version_id = put(local_stack, "a.jpg", SOURCES["plain.jpg"])
    assert wait_for_final(local_stack, "a.jpg", version_id)["status"] == "processed"
    plain = variant(local_stack, "a_plain.png")
    # 20 percent of 400 x 200 pixels, in the lower right corner
    marked = variant(local_stack, "a_logo.png")
    assert marked.crop((320, 120, 400, 200)).getcolors() == [(6_400, (0, 255, 0))]
    written = ImageChops.difference(variant(local_stack, "a_text.png"), plain).getbbox()
    assert written is not None
    assert written[0] > 300


def test_a_missing_watermark_image_fails_the_preview(deployed: Callable[..., LocalStack]) -> None:
    spec = {"name": "a", "format": "png", "watermark": {"image": "brand/missing.png"}}
    with pytest.raises(LocalStackError, match=r"image 'brand/missing\.png' cannot be read"):
        deployed(variants=[spec])
