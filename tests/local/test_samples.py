"""Proves that the images of the demo have the properties in their names."""

from pathlib import Path

import pytest
from PIL import Image

from local.samples import PHOTOGRAPHS, write_samples

MAX_PHOTOGRAPHS_BYTES = 1_200_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("samples")
    write_samples(written)
    return written


def test_all_photographs_are_among_them_and_small_enough_for_a_repository(folder: Path) -> None:
    photographs = sorted(path.name for path in PHOTOGRAPHS.glob("*.jpg"))
    assert sorted(path.name for path in (folder / "photographs").iterdir()) == photographs
    assert len(photographs) == 5
    assert sum(path.stat().st_size for path in PHOTOGRAPHS.iterdir()) < MAX_PHOTOGRAPHS_BYTES


def test_each_photograph_is_named_with_its_source_and_licence() -> None:
    text = (PHOTOGRAPHS / "README.md").read_text()
    for path in PHOTOGRAPHS.glob("*.jpg"):
        row = next(line for line in text.splitlines() if line.startswith(f"| {path.name}"))
        assert "CC0" in row or "public domain" in row


@pytest.mark.parametrize(
    ("name", "image_format", "mode", "frames"),
    [
        ("sideways phone.jpg", "JPEG", "RGB", 1),
        ("transparent.png", "PNG", "RGBA", 1),
        ("palette.png", "PNG", "P", 1),
        ("grey 16 bit.png", "PNG", "I;16", 1),
        ("cmyk.jpg", "JPEG", "CMYK", 1),
        ("lossless.webp", "WEBP", "RGBA", 1),
        ("animated.gif", "GIF", "P", 8),
    ],
)
def test_an_edge_case_has_the_format_and_mode_in_its_name(
    folder: Path, name: str, image_format: str, mode: str, frames: int
) -> None:
    with Image.open(folder / "edge cases" / name) as image:
        assert (image.format, image.mode) == (image_format, mode)
        assert getattr(image, "n_frames", 1) == frames


def test_the_image_of_the_phone_is_stored_sideways_with_a_location(folder: Path) -> None:
    with Image.open(folder / "edge cases" / "sideways phone.jpg") as image:
        assert image.size == (400, 600)
        exif = image.getexif()
    assert exif[0x0112] == 6
    assert exif.get_ifd(0x8825)[2] == (59.0, 54.0, 50.0)


def test_the_bomb_is_small_but_far_too_large_to_decode(folder: Path) -> None:
    bomb = folder / "rejected" / "bomb.png"
    assert bomb.stat().st_size < 100_000
    header = bomb.read_bytes()[16:24]
    assert int.from_bytes(header[:4]) * int.from_bytes(header[4:]) == 400_000_000
