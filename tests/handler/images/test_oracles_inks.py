"""CMYK images, with and without a profile, have the colours of libvips."""

from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
import pyvips
from PIL import Image, ImageChops

import handler.images.source
from handler.images.input_formats import READABLE
from handler.images.source.decode import decode
from tests.handler.images.libvips import opened, vips_image

INKS = [(c, m, y, k) for c in (0, 128, 255) for m in (0, 255) for y in (0, 255) for k in (0, 100)]
SIDE = 16


def decoded(data: bytes) -> Image.Image:
    return decode(data, 1_000_000, accepted=READABLE).pixels.convert("RGB")


def inks() -> Image.Image:
    image = Image.new("CMYK", (SIDE * len(INKS), SIDE))
    for index, ink in enumerate(INKS):
        image.paste(ink, (index * SIDE, 0, (index + 1) * SIDE, SIDE))
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    output = BytesIO()
    image.save(output, kind, quality=100, **options)
    return output.getvalue()


def by_libvips(data: bytes, *, embedded: bool) -> pyvips.Image:
    """Convert to sRGB with libvips, from the embedded profile or from its default one.

    Without black point compensation its blacks are grey.
    """
    return opened(data).icc_transform(
        "srgb",
        embedded=embedded,
        input_profile="cmyk",
        intent="perceptual",
        black_point_compensation=True,
    )


def greatest(image: pyvips.Image) -> float:
    return cast("float", image.max())


def difference(ours: Image.Image, theirs: pyvips.Image) -> pyvips.Image:
    """Return the CIEDE2000 difference between two pictures, computed by libvips."""
    return vips_image(ours).colourspace("lab").dE00(theirs.colourspace("lab"))


def profile_with_cyan_and_magenta_swapped() -> bytes:
    """Return a CMYK profile with cyan and magenta swapped.

    Its table of type `mft2` has a matrix, curves of each ink, a grid, and curves of the result:
    https://www.color.org/specification/ICC.1-2022-05.pdf, 10.10.
    """
    profile = Path(handler.images.source.__path__[0], "cmyk.icc").read_bytes()
    start = profile.index(b"mft2")
    count, results, points = profile[start + 8 : start + 11]
    curve = 2 * int.from_bytes(profile[start + 48 : start + 50])
    first = start + 52
    second, third, grid = (first + curve * number for number in (1, 2, count))
    row = 2 * results * points ** (count - 2)
    numbers = [magenta * points + cyan for cyan in range(points) for magenta in range(points)]
    rows = [profile[grid + row * number :][:row] for number in numbers]
    curves = profile[second:third] + profile[first:second] + profile[third:grid]
    return profile[:first] + curves + b"".join(rows) + profile[grid + row * len(rows) :]


def ycck(image: Image.Image, **options: object) -> bytes:
    """Save CMYK as a YCCK JPEG, with luma and chroma in place of three inks.

    Pillow writes four inverted planes with Adobe's transform 0, CMYK; YCCK has transform 2.
    """
    *three, black = image.split()
    planes = Image.merge("RGB", three).convert("YCbCr").split()
    data = saved(Image.merge("CMYK", (*map(ImageChops.invert, planes), black)), "JPEG", **options)
    transform = data.index(b"Adobe") + 11
    assert data[transform] == 0
    return data[:transform] + b"\2" + data[transform + 1 :]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_without_a_profile_has_the_colours_of_libvips(kind: str) -> None:
    data = saved(inks(), kind)
    # The two implementations differ slightly in dark colours, by their black point.
    apart = difference(decoded(data), by_libvips(data, embedded=False))
    assert greatest(apart) <= 8.5
    assert apart.avg() <= 2.2
    by_formula = difference(decoded(data), vips_image(inks().convert("RGB")))
    assert by_formula.avg() > 10  # so the bundled profile is needed


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_with_a_profile_has_the_colours_of_libvips(kind: str) -> None:
    data = saved(inks(), kind, icc_profile=profile_with_cyan_and_magenta_swapped())
    assert greatest(difference(decoded(data), by_libvips(data, embedded=True))) <= 1.0
    assert difference(decoded(data), by_libvips(data, embedded=False)).avg() > 10


def test_ycck_is_converted_like_cmyk() -> None:
    data = ycck(inks(), icc_profile=profile_with_cyan_and_magenta_swapped())
    written = pyvips.Image.new_from_memory(inks().tobytes(), inks().width, SIDE, 4, "uchar")
    assert greatest((opened(data) - written).abs()) <= 2
    assert greatest(difference(decoded(data), by_libvips(data, embedded=True))) <= 1.0
