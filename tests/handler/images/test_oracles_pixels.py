"""Decoded pixels are those of ImageMagick and libvips, which share no code with the handler.

Each test is skipped where `convert` or `vips` (Debian: imagemagick, libvips-tools) is not
installed.
"""

from pathlib import Path
from typing import cast

import pytest
from PIL import Image, ImageChops, ImageStat

from corpus.seeds import seeds
from handler.images.source.decode import decode
from handler.images.source.formats import READABLE
from tests.handler.images.tools import tool

convert, vips = tool("convert"), tool("vips")

COMPARED = {
    name: data
    for name, data in seeds().items()
    # Their delegates are not in every ImageMagick; version 6 does not turn a WebP; a float TIFF is
    # scaled by each in its own way; and inks are compared below.
    if name != "webp"
    and not name.startswith(("avif", "jp2", "j2k", "tiff-float"))
    and "cmyk" not in name
}
CMYK = Path("/usr/share/color/icc/ghostscript/default_cmyk.icc")
SRGB = CMYK.with_name("srgb.icc")
needs_profiles = pytest.mark.skipif(
    not CMYK.exists(), reason="there are no profiles (libgs-common) to compare with"
)
PERCEPTUAL = ("--intent", "perceptual", "--black-point-compensation")
INKS = [(c, m, y, k) for c in (0, 128, 255) for m in (0, 255) for y in (0, 255) for k in (0, 100)]
SIDE = 16


def decoded(data: bytes) -> Image.Image:
    return decode(data, 1_000_000, accepted=READABLE).pixels.convert("RGBA")


@pytest.mark.parametrize("name", COMPARED)
def test_pixels_are_those_of_imagemagick(name: str, tmp_path: Path) -> None:
    source, png = tmp_path / "source", tmp_path / "png.png"
    source.write_bytes(COMPARED[name])
    convert(f"{source}[0]", "-auto-orient", "-strip", "-depth", "8", f"PNG32:{png}")
    with Image.open(png) as image:
        theirs = image.convert("RGBA")
    ours = decoded(COMPARED[name])
    assert ours.size == theirs.size
    # What is hidden has no colour; JPEG's inverse transform may round either way.
    apart = ImageChops.difference(ours.convert("RGBa"), theirs.convert("RGBa"))
    assert max(ImageStat.Stat(apart).mean) <= 0.6
    extremes = cast("tuple[tuple[int, int], ...]", apart.getextrema())
    assert max(high for _, high in extremes) <= 6


def inks() -> Image.Image:
    image = Image.new("CMYK", (SIDE * len(INKS), SIDE))
    for index, ink in enumerate(INKS):
        image.paste(ink, (index * SIDE, 0, (index + 1) * SIDE, SIDE))
    return image


def difference(ours: Image.Image, theirs: Path) -> tuple[float, float]:
    """Return the greatest and the mean CIEDE2000 between two pictures, as libvips has it."""
    folder = theirs.parent
    ours.convert("RGB").save(folder / "ours.png")
    for name, path in {"ours": folder / "ours.png", "theirs": theirs}.items():
        vips("colourspace", str(path), str(folder / f"{name}.v"), "lab")
    vips("dE00", str(folder / "ours.v"), str(folder / "theirs.v"), str(folder / "d.v"))
    greatest, mean = (vips(what, str(folder / "d.v")) for what in ("max", "avg"))
    return float(greatest), float(mean)


def by_vips(source: Path, *more: str) -> Path:
    """Convert to sRGB; without compensation for the black point its blacks are grey."""
    made = source.with_suffix(".vips.png")
    vips("icc_transform", str(source), str(made), "srgb", *PERCEPTUAL, *more)
    return made


def by_imagemagick(source: Path) -> Path:
    made = source.with_suffix(".magick.png")
    options = ("-intent", "perceptual", "-black-point-compensation")
    convert(str(source), *options, "-profile", str(SRGB), "-strip", f"PNG24:{made}")
    return made


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_inks_without_a_profile_have_the_colours_that_libvips_takes_them_for(
    kind: str, tmp_path: Path
) -> None:
    source = tmp_path / f"source.{kind.lower()}"
    inks().save(source, kind, quality=100)
    ours = decoded(source.read_bytes())
    # The two differ in what they take for the black of these inks: a little in dark ones.
    greatest, mean = difference(ours, by_vips(source, "--input-profile", "cmyk"))
    assert greatest <= 8.5
    assert mean <= 2.2
    formula = tmp_path / "formula.png"
    inks().convert("RGB").save(formula)
    _, mean = difference(ours, formula)
    assert mean > 10  # so a profile is worth its bytes


@needs_profiles
@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_inks_with_a_profile_have_the_colours_of_libvips_and_imagemagick(
    kind: str, tmp_path: Path
) -> None:
    source = tmp_path / f"source.{kind.lower()}"
    inks().save(source, kind, quality=100, icc_profile=CMYK.read_bytes())
    ours = decoded(source.read_bytes())
    for theirs in (by_vips(source), by_imagemagick(source)):
        greatest, _ = difference(ours, theirs)
        assert greatest <= 1.0


@needs_profiles
def test_ycck_is_inks_after_all(tmp_path: Path) -> None:
    rgb, source = tmp_path / "rgb.png", tmp_path / "source.jpg"
    Image.linear_gradient("L").convert("RGB").resize((64, 64)).save(rgb)  # pyright: ignore[reportUnknownMemberType]
    convert(str(rgb), "-profile", str(SRGB), "-profile", str(CMYK), "-quality", "100", str(source))
    data = source.read_bytes()
    assert data[data.index(b"Adobe") + 11] == 2  # YCCK
    for theirs in (by_vips(source), by_imagemagick(source)):
        greatest, _ = difference(decoded(data), theirs)
        assert greatest <= 3.0  # in the darkest greys, where a step of JPEG shows most
