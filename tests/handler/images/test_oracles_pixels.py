"""Decoded pixels are those of libvips, and of ImageMagick where its decoder is its own."""

from pathlib import Path
from typing import cast

import pytest
from PIL import Image, ImageChops, ImageStat

from corpus.seeds import seeds
from handler.images.source.decode import decode
from handler.images.source.formats import READABLE
from tests.handler.images import libvips
from tests.oracles import IMAGEMAGICK

SEEDS = seeds()  # once: each call has other noise
COMPARED = {
    name: data
    for name, data in SEEDS.items()
    # That of the lock has no BMP, no JPEG 2000 and no sequences of AVIF; a float TIFF is scaled by
    # each in its own way; and inks are compared elsewhere.
    if name not in ("bmp", "jp2", "jp2-alpha-lossy", "j2k", "avif-animated", "tiff-float")
    and "cmyk" not in name
}


def decoded(data: bytes) -> Image.Image:
    return decode(data, 1_000_000, accepted=READABLE).pixels.convert("RGBA")


def assert_same(ours: Image.Image, theirs: Image.Image) -> None:
    assert ours.size == theirs.size
    # What is hidden has no colour; JPEG's inverse transform may round either way.
    apart = ImageChops.difference(ours.convert("RGBa"), theirs.convert("RGBa"))
    assert max(ImageStat.Stat(apart).mean) <= 0.6
    extremes = cast("tuple[tuple[int, int], ...]", apart.getextrema())
    assert max(high for _, high in extremes) <= 6


@pytest.mark.parametrize("name", COMPARED)
def test_pixels_are_those_of_libvips(name: str) -> None:
    assert_same(decoded(COMPARED[name]), libvips.pixels(COMPARED[name]))


def test_pixels_that_are_turned_or_of_another_shade_are_not_the_same() -> None:
    ours = decoded(COMPARED["png-RGB"])
    turned = ours.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    darker = ImageChops.add(ours, Image.new("RGBA", ours.size, (0, 0, 0, 0)), offset=-1)
    for other in (turned, darker, ours.resize((8, 8))):  # pyright: ignore[reportUnknownMemberType]
        with pytest.raises(AssertionError):
            assert_same(ours, other)


@pytest.mark.parametrize("name", ["bmp", "gif-animated", "gif-clear"])
def test_pixels_are_those_of_imagemagick_where_its_decoder_is_its_own(
    name: str, tmp_path: Path
) -> None:
    source, png = tmp_path / "source", tmp_path / "png.png"
    source.write_bytes(SEEDS[name])
    IMAGEMAGICK(f"{source}[0]", "-strip", "-depth", "8", f"PNG32:{png}")
    with Image.open(png) as image:
        assert_same(decoded(SEEDS[name]), image.convert("RGBA"))
