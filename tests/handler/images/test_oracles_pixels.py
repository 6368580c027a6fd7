"""Decoded pixels agree with libvips, and with ImageMagick where it has its own decoder."""

from pathlib import Path
from typing import cast

import pytest
from PIL import Image, ImageChops, ImageStat

from corpus.seeds import seeds
from handler.images.input_formats import READABLE
from handler.images.source.decode import decode
from tests.handler.images import libvips
from tests.oracles import IMAGEMAGICK

SEEDS = seeds()  # computed once, as each call gives different noise
COMPARED = {
    name: data
    for name, data in SEEDS.items()
    # The libvips of the lock file lacks BMP, JPEG 2000 and AVIF sequences; float TIFFs are scaled
    # differently; and CMYK is compared elsewhere.
    if name not in ("bmp", "jp2", "jp2-alpha-lossy", "j2k", "avif-animated", "tiff-float")
    and "cmyk" not in name
}


def decoded(data: bytes) -> Image.Image:
    return decode(data, 1_000_000, accepted=READABLE).pixels.convert("RGBA")


def assert_same(ours: Image.Image, theirs: Image.Image) -> None:
    assert ours.size == theirs.size
    # Ignore colours of hidden pixels; JPEG's inverse transform may round either way.
    apart = ImageChops.difference(ours.convert("RGBa"), theirs.convert("RGBa"))
    assert max(ImageStat.Stat(apart).mean) <= 0.6
    extremes = cast("tuple[tuple[int, int], ...]", apart.getextrema())
    assert max(high for _, high in extremes) <= 6


@pytest.mark.parametrize("name", COMPARED)
def test_pixels_agree_with_libvips(name: str) -> None:
    assert_same(decoded(COMPARED[name]), libvips.pixels(COMPARED[name]))


def test_turned_or_shifted_pixels_do_not_agree() -> None:
    ours = decoded(COMPARED["png-RGB"])
    turned = ours.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    darker = ImageChops.add(ours, Image.new("RGBA", ours.size, (0, 0, 0, 0)), offset=-1)
    for other in (turned, darker, ours.resize((8, 8))):  # pyright: ignore[reportUnknownMemberType]
        with pytest.raises(AssertionError):
            assert_same(ours, other)


@pytest.mark.parametrize("name", ["bmp", "gif-animated", "gif-clear"])
def test_pixels_agree_with_imagemagick_where_it_has_its_own_decoder(
    name: str, tmp_path: Path
) -> None:
    source, png = tmp_path / "source", tmp_path / "png.png"
    source.write_bytes(SEEDS[name])
    IMAGEMAGICK(f"{source}[0]", "-strip", "-depth", "8", f"PNG32:{png}")
    with Image.open(png) as image:
        assert_same(decoded(SEEDS[name]), image.convert("RGBA"))
