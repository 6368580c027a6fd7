"""The function starts only with the watermark images that it was deployed with."""

import hashlib
from pathlib import Path

import pytest
from PIL import Image

from handler.config.settings import SettingsError
from handler.delivery.watermark_images import load_watermark_images
from handler.images.variants.parsing import parse_variants
from tests.handler.pictures import RED, encode

PNG = encode(Image.new("RGB", (3, 2), RED), "PNG")
CONTENT = hashlib.sha256(PNG).hexdigest()[:16]
VARIANTS = parse_variants(
    [
        {
            "name": "a",
            "format": "jpeg",
            "watermark": {"image": "logo.png", "content": CONTENT},
        },
        {"name": "b", "format": "jpeg", "watermark": {"text": "b"}},
        {"name": "c", "format": "jpeg"},
    ]
)


def test_a_watermark_image_is_read_once_and_decoded_to_rgba(tmp_path: Path) -> None:
    (tmp_path / f"{CONTENT}.png").write_bytes(PNG)
    marks = load_watermark_images(VARIANTS, tmp_path)
    assert [(name, mark.mode, mark.size) for name, mark in marks.items()] == [
        (CONTENT, "RGBA", (3, 2))
    ]


@pytest.mark.parametrize("data", [None, b"no PNG", PNG[:40], encode(Image.new("L", (1, 1)), "PNG")])
def test_a_missing_or_wrong_watermark_image_keeps_the_function_from_starting(
    tmp_path: Path, data: bytes | None
) -> None:
    if data is not None:
        (tmp_path / f"{CONTENT}.png").write_bytes(data)
    with pytest.raises(SettingsError, match=r"watermark logo\.png"):
        load_watermark_images(VARIANTS, tmp_path)
