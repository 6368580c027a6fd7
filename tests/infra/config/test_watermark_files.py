"""The image of a watermark is read at preview, and what is wrong with it is said there."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from handler.images.variants.parsing import VariantProblems
from infra.config.watermark_files import images_of, parse_specs
from infra.functions.packaging import build_function
from tests.handler.pictures import RED, encode

PNG = encode(Image.new("RGB", (3, 2), RED), "PNG")
SPEC: Mapping[str, object] = {
    "name": "a",
    "format": "jpeg",
    "watermark": {"image": "brand/logo.png", "opacity": 50},
}


def write(root: Path, data: bytes) -> None:
    (root / "brand").mkdir(exist_ok=True)
    (root / "brand" / "logo.png").write_bytes(data)


def test_what_is_in_the_image_becomes_part_of_the_variant(tmp_path: Path) -> None:
    write(tmp_path, PNG)
    (variant,) = parse_specs([SPEC], root=tmp_path)
    assert variant.watermark is not None
    content = hashlib.sha256(PNG).hexdigest()[:16]
    assert variant.watermark.content == content
    assert images_of([variant], root=tmp_path) == {content: PNG}
    (no_image,) = parse_specs([{"name": "b", "format": "png", "watermark": {"text": "b"}}])
    assert images_of([no_image]) == {}


def problems_of(root: Path) -> tuple[str, ...]:
    with pytest.raises(VariantProblems) as caught:
        parse_specs([SPEC, {"name": "b", "format": "bmp"}], root=root)
    return tuple(map(str, caught.value.problems))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"GIF89a", "is no PNG: convert it"),
        (PNG[:-10], "is cut off"),
        (PNG[:20] + b"x" + PNG[21:], "is damaged"),
        (PNG[:33] + bytes(1_100_000), "has 1100033 bytes: at most 1048576 are allowed"),
        (
            encode(Image.new("1", (1_025, 1_024)), "PNG"),
            "has 1025 x 1024 pixels: at most 1048576 are allowed",
        ),
    ],
)
def test_a_wrong_image_is_named_with_its_variant_and_all_other_problems(
    tmp_path: Path, data: bytes, said: str
) -> None:
    write(tmp_path, data)
    format_problem, image_problem = problems_of(tmp_path)
    assert format_problem.startswith("variant 1 (b): format is 'bmp'")
    assert image_problem == f"variant 0 (a): watermark: image 'brand/logo.png' {said}"


def test_a_missing_image_is_named(tmp_path: Path) -> None:
    assert "image 'brand/logo.png' cannot be read: No such file" in problems_of(tmp_path)[1]


def test_images_are_packed_with_the_handler(tmp_path: Path) -> None:
    plain = build_function(build_dir=tmp_path)
    packed = build_function(build_dir=tmp_path, watermarks={"0123": PNG})
    assert packed.name != plain.name
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(packed) as after:
        assert set(after.namelist()) - set(before.namelist()) == {"watermarks/0123.png"}
        assert after.read("watermarks/0123.png") == PNG
