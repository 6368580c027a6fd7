"""Uploads in every format are decoded upright, in sRGB and without metadata.

Pictures are drawn block by block. The cost of decoding is not tested here.
"""

from io import BytesIO

import pytest
from PIL import ExifTags, Image

from handler.images.source.decode import decode
from handler.model.errors import Reason
from tests.handler.images.source.decoding import FILES, MAX_PIXELS, UPRIGHT, decoded, rejection_of
from tests.handler.pictures import (
    BLACK,
    BLUE,
    CYAN,
    GREEN,
    MAGENTA,
    RED,
    YELLOW,
    Colour,
    are_close,
    block_colours,
    blocks,
    encode,
    pixel,
)

R, G, B, Y, C, M = RED, GREEN, BLUE, YELLOW, CYAN, MAGENTA
STORED_BY_ORIENTATION: dict[int, list[list[Colour]]] = {
    # Displayed sides of the stored first row and first column, by the EXIF specification:
    1: [[R, G, B], [Y, C, M]],  # top, left
    2: [[B, G, R], [M, C, Y]],  # top, right
    3: [[M, C, Y], [B, G, R]],  # bottom, right
    4: [[Y, C, M], [R, G, B]],  # bottom, left
    5: [[R, Y], [G, C], [B, M]],  # left, top
    6: [[B, M], [G, C], [R, Y]],  # right, top
    7: [[M, B], [C, G], [Y, R]],  # right, bottom
    8: [[Y, R], [C, G], [M, B]],  # left, bottom
}


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED_BY_ORIENTATION)
def test_every_orientation_is_decoded_upright(image_format: str, orientation: int) -> None:
    stored = blocks(STORED_BY_ORIENTATION[orientation])
    image = decoded(encode(stored, image_format, orientation=orientation))
    assert are_close(block_colours(image.pixels), UPRIGHT)
    assert (image.width, image.height) == (48, 32)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_invalid_orientation_is_ignored(orientation: int) -> None:
    image = decoded(encode(blocks(UPRIGHT), "JPEG", orientation=orientation))
    assert are_close(block_colours(image.pixels), UPRIGHT)


@pytest.mark.parametrize(
    "exif",
    [b"", b"Exif\0\0", b"Exif\0\0junk", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12", b"\xff" * 99],
)
def test_broken_exif_does_not_affect_the_pixels(exif: bytes) -> None:
    output = BytesIO()
    blocks(UPRIGHT).save(output, "PNG", exif=exif)
    image = decoded(output.getvalue())
    assert block_colours(image.pixels) == UPRIGHT


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_accepted_format_is_decoded_and_named(image_format: str) -> None:
    image = decoded(encode(blocks(UPRIGHT), image_format))
    assert are_close(block_colours(image.pixels.convert("RGB")), UPRIGHT)
    assert image.format == image_format


def test_a_jpeg_with_further_pictures_is_a_jpeg() -> None:
    output = BytesIO()
    blocks(UPRIGHT).save(output, "MPO", save_all=True, append_images=[blocks([[BLACK]])])
    image = decoded(output.getvalue())
    assert image.format == "JPEG"
    assert are_close(block_colours(image.pixels), UPRIGHT)


@pytest.mark.parametrize("image_format", ["GIF", "PNG", "WEBP"])
def test_the_first_frame_of_an_animation_is_decoded(image_format: str) -> None:
    output = BytesIO()
    blocks([[RED, GREEN]]).save(
        output, image_format, save_all=True, append_images=[blocks([[BLUE, BLUE]])], lossless=True
    )
    assert block_colours(decoded(output.getvalue()).pixels.convert("RGB")) == [[RED, GREEN]]


@pytest.mark.parametrize("image_format", ["AVIF", "TIFF", "BMP", "JPEG2000"])
def test_a_format_that_is_enabled_is_decoded(image_format: str) -> None:
    file = encode(blocks(UPRIGHT), image_format)
    image = decode(file, MAX_PIXELS, accepted=("JPEG", image_format))
    assert are_close(block_colours(image.pixels), UPRIGHT)
    assert image.format == image_format
    assert rejection_of(file).reason is Reason.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("orientation", STORED_BY_ORIENTATION)
def test_a_tiff_is_decoded_upright(orientation: int) -> None:
    file = encode(blocks(STORED_BY_ORIENTATION[orientation]), "TIFF", orientation=orientation)
    image = decode(file, MAX_PIXELS, accepted=("TIFF",))
    assert block_colours(image.pixels) == UPRIGHT


def test_the_first_of_several_pages_is_decoded() -> None:
    output = BytesIO()
    blocks([[RED]]).save(output, "TIFF", save_all=True, append_images=[blocks([[BLUE]])])
    image = decode(output.getvalue(), MAX_PIXELS, accepted=("TIFF",), max_frames=9)
    assert block_colours(image.pixels) == [[RED]]
    assert (image.frames, image.animation) == (1, None)


def test_a_bigtiff_is_a_tiff() -> None:
    output = BytesIO()
    blocks(UPRIGHT).save(output, "TIFF", big_tiff=True)
    assert output.getvalue().startswith(b"II+\0")
    image = decode(output.getvalue(), MAX_PIXELS, accepted=("TIFF",))
    assert (image.format, block_colours(image.pixels)) == ("TIFF", UPRIGHT)


def test_a_heic_is_turned_by_its_container_and_not_by_its_exif() -> None:
    # Both written by heif-enc of libheif 1.15, in 4:4:4; ISO/IEC 23008-12, section 6.5.10, irot.
    upright = decode((FILES / "upright.heic").read_bytes(), MAX_PIXELS, accepted=("HEIC",))
    assert (upright.format, upright.width, upright.height) == ("HEIC", 192, 128)
    colours = [[pixel(upright.pixels, x, y) for x in (32, 96, 160)] for y in (32, 96)]
    assert are_close(colours, UPRIGHT)
    data = (FILES / "orientation-6-in-exif-only.heic").read_bytes()
    assert decode(data, MAX_PIXELS, accepted=("HEIC",)).pixels.size == (128, 192)


def test_decoded_pixels_have_no_metadata() -> None:
    output = BytesIO()
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Maker"
    blocks([[RED]]).save(
        output, "JPEG", exif=exif, comment=b"secret", dpi=(72, 72), xmp=b"<x:xmpmeta/>"
    )
    assert decoded(output.getvalue()).pixels.info == {}
