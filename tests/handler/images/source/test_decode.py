"""Pixels come out upright, in sRGB, with the transparency they had, and bad bytes are judged.

Pictures are drawn block by block, PNG files with unusual samples are written byte by byte, and the
expected colours are worked out by hand. What decoding costs is not shown here.
"""

import struct
import warnings
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from handler.images.source.decode import SourceImage, decode
from handler.model.errors import Reason, Rejected
from tests.handler.pictures import (
    BLACK,
    BLUE,
    CYAN,
    GREEN,
    MAGENTA,
    RED,
    WHITE,
    YELLOW,
    Colour,
    are_close,
    block_colours,
    blocks,
    encode,
    pixel,
    png,
    profile_with_red_and_blue_swapped,
)

FILES = Path(__file__).resolve().parent.parent.parent / "files"
MAX_PIXELS = 100_000
UPRIGHT = [[RED, GREEN, BLUE], [YELLOW, CYAN, MAGENTA]]
R, G, B, Y, C, M = RED, GREEN, BLUE, YELLOW, CYAN, MAGENTA
STORED_BY_ORIENTATION: dict[int, list[list[Colour]]] = {
    # Where the stored first row and first column are seen, by the EXIF specification:
    1: [[R, G, B], [Y, C, M]],  # top, left
    2: [[B, G, R], [M, C, Y]],  # top, right
    3: [[M, C, Y], [B, G, R]],  # bottom, right
    4: [[Y, C, M], [R, G, B]],  # bottom, left
    5: [[R, Y], [G, C], [B, M]],  # left, top
    6: [[B, M], [G, C], [R, Y]],  # right, top
    7: [[M, B], [C, G], [Y, R]],  # right, bottom
    8: [[Y, R], [C, G], [M, B]],  # left, bottom
}


def rejection_of(data: bytes, max_pixels: int = MAX_PIXELS) -> Rejected:
    with pytest.raises(Rejected) as caught:
        decode(data, max_pixels)
    return caught.value


def decoded(data: bytes) -> SourceImage:
    return decode(data, MAX_PIXELS)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED_BY_ORIENTATION)
def test_every_orientation_comes_out_upright(image_format: str, orientation: int) -> None:
    stored = blocks(STORED_BY_ORIENTATION[orientation])
    image = decoded(encode(stored, image_format, orientation=orientation))
    assert are_close(block_colours(image.pixels), UPRIGHT)
    assert (image.width, image.height) == (48, 32)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation: int) -> None:
    image = decoded(encode(blocks(UPRIGHT), "JPEG", orientation=orientation))
    assert are_close(block_colours(image.pixels), UPRIGHT)


@pytest.mark.parametrize(
    "exif",
    [b"", b"Exif\0\0", b"Exif\0\0junk", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12", b"\xff" * 99],
)
def test_broken_exif_costs_the_image_nothing(exif: bytes) -> None:
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
def test_of_an_animation_the_first_frame_is_taken(image_format: str) -> None:
    output = BytesIO()
    blocks([[RED, GREEN]]).save(
        output, image_format, save_all=True, append_images=[blocks([[BLUE, BLUE]])], lossless=True
    )
    assert block_colours(decoded(output.getvalue()).pixels.convert("RGB")) == [[RED, GREEN]]


@pytest.mark.parametrize("image_format", ["AVIF", "TIFF", "BMP", "JPEG2000"])
def test_a_format_that_is_switched_on_is_decoded(image_format: str) -> None:
    file = encode(blocks(UPRIGHT), image_format)
    image = decode(file, MAX_PIXELS, accepted=("JPEG", image_format))
    assert are_close(block_colours(image.pixels), UPRIGHT)
    assert image.format == image_format
    assert rejection_of(file).reason is Reason.UNSUPPORTED_FORMAT


@pytest.mark.parametrize("orientation", STORED_BY_ORIENTATION)
def test_a_tiff_comes_out_upright(orientation: int) -> None:
    file = encode(blocks(STORED_BY_ORIENTATION[orientation]), "TIFF", orientation=orientation)
    image = decode(file, MAX_PIXELS, accepted=("TIFF",))
    assert block_colours(image.pixels) == UPRIGHT


def test_of_several_pages_the_first_is_taken() -> None:
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


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("L", (77,), (77,)),
        ("LA", (77, 200), (77, 200)),
        ("RGBA", (1, 2, 3, 200), (1, 2, 3, 200)),
        ("I;16", (32_896,), (128,)),
    ],
)
def test_jpeg_2000_keeps_grey_alpha_and_scales_sixteen_bits(
    mode: str, colour: Colour, expected: Colour
) -> None:
    picture = Image.new(mode, (32, 32), colour[0] if len(colour) == 1 else colour)
    image = decode(encode(picture, "JPEG2000"), MAX_PIXELS, accepted=("JPEG2000",))
    assert pixel(image.pixels, 16, 16) == expected


def test_cielab_is_converted() -> None:
    # L* 60 (stored times 2.55), a* 20, b* -30 of D50, by the matrices of Bruce Lindbloom's site.
    lab = blocks([[(255, 128, 128), (153, 128 + 20, 128 - 30), (0, 128, 128)]], "LAB")
    image = decode(encode(lab, "TIFF"), MAX_PIXELS, accepted=("TIFF",)).pixels
    assert are_close(block_colours(image), [[WHITE, (160, 133, 198), BLACK]])


def test_a_heic_is_turned_by_its_container_and_not_by_its_exif() -> None:
    # Both written by heif-enc of libheif 1.15, in 4:4:4; ISO/IEC 23008-12, section 6.5.10, irot.
    upright = decode((FILES / "upright.heic").read_bytes(), MAX_PIXELS, accepted=("HEIC",))
    assert (upright.format, upright.width, upright.height) == ("HEIC", 192, 128)
    colours = [[pixel(upright.pixels, x, y) for x in (32, 96, 160)] for y in (32, 96)]
    assert are_close(colours, UPRIGHT)
    data = (FILES / "orientation-6-in-exif-only.heic").read_bytes()
    assert decode(data, MAX_PIXELS, accepted=("HEIC",)).pixels.size == (128, 192)


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_truncated_heic_is_damaged(kept: float) -> None:
    data = (FILES / "upright.heic").read_bytes()
    with pytest.raises(Rejected) as caught:
        decode(data[: int(len(data) * kept)], MAX_PIXELS, accepted=("HEIC",))
    assert caught.value.reason is Reason.DAMAGED


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([0.0, 0.25, 0.5, 1.0], [0, 64, 128, 255]),
        ([0.1, 0.2, 0.3, 0.4], [26, 51, 77, 102]),
        ([-100.0, 0.0, 100.0, 300.0], [0, 64, 128, 255]),
        ([7.0, 7.0, 7.0, 7.0], [7, 7, 7, 7]),
    ],
)
def test_floating_point_is_scaled_and_not_clipped(
    samples: list[float], expected: list[int]
) -> None:
    wide = Image.frombytes("F", (4, 1), struct.pack("4f", *samples))
    image = decode(encode(wide, "TIFF"), MAX_PIXELS, accepted=("TIFF",))
    assert list(image.pixels.tobytes()) == expected
    assert image.mode == "F"


def test_sixteen_bits_of_colour_are_scaled_and_not_clipped() -> None:
    row = struct.pack(">8H", 0, 257, 32_896, 65_535, 65_535, 0, 51_400, 32_896)
    image = decoded(png((2, 1), [row], bit_depth=16, colour_type=6)).pixels
    assert [pixel(image, x, 0) for x in range(2)] == [(0, 1, 128, 255), (255, 0, 200, 128)]


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped() -> None:
    samples = [0, 128, 129, 257, 32_768, 65_406, 65_535]
    row = b"".join(sample.to_bytes(2, "big") for sample in samples)
    image = decoded(png((7, 1), [row], bit_depth=16, colour_type=0))
    # 65,535 is 257 x 255: 128 / 257 is below a half, 129 / 257 above; 32,768 / 257 is 127.502.
    assert list(image.pixels.tobytes()) == [0, 0, 1, 1, 128, 254, 255]
    assert image.mode == "I;16"


def test_a_sixteen_bit_grey_is_transparent_only_if_all_its_bits_match() -> None:
    row = b"".join(sample.to_bytes(2, "big") for sample in (5_139, 5_140, 5_141))
    file = png((3, 1), [row], bit_depth=16, colour_type=0, chunks=[(b"tRNS", b"\x14\x14")])
    image = decoded(file).pixels
    assert [pixel(image, x, 0) for x in range(3)] == [(20, 255), (20, 0), (20, 255)]


@pytest.mark.parametrize(
    ("bit_depth", "row", "transparent", "expected"),
    [
        (1, b"\x40", 1, [(0, 255), (255, 0)]),
        (2, b"\x60", 2, [(85, 255), (170, 0)]),
        (4, b"\x1f", 15, [(17, 255), (255, 0)]),
        (8, b"\x0f\xff", 15, [(15, 0), (255, 255)]),
    ],
)
def test_a_transparent_grey_is_found_at_every_bit_depth(
    bit_depth: int, row: bytes, transparent: int, expected: list[Colour]
) -> None:
    chunk = (b"tRNS", transparent.to_bytes(2, "big"))
    file = png((2, 1), [row], bit_depth=bit_depth, colour_type=0, chunks=[chunk])
    image = decoded(file).pixels
    assert [pixel(image, x, 0) for x in range(2)] == expected


@pytest.mark.parametrize(
    ("bit_depth", "row", "transparent"),
    [
        (8, bytes([255, 0, 0, 0, 255, 0]), b"\0\0\0\xff\0\0"),
        (16, b"\xff\xff\0\0\0\0\0\0\xff\xff\0\0", b"\0\0\xff\xff\0\0"),
    ],
)
def test_a_transparent_colour_is_found(bit_depth: int, row: bytes, transparent: bytes) -> None:
    chunk = (b"tRNS", transparent)
    image = decoded(png((2, 1), [row], bit_depth=bit_depth, colour_type=2, chunks=[chunk])).pixels
    assert [pixel(image, x, 0) for x in range(2)] == [(255, 0, 0, 255), (0, 255, 0, 0)]


@pytest.mark.parametrize(("alphas", "expected"), [(b"\xff\0", (255, 0)), (b"\x80\x40", (128, 64))])
def test_palettes_keep_their_transparency(alphas: bytes, expected: tuple[int, int]) -> None:
    chunks = [(b"PLTE", bytes([255, 0, 0, 0, 0, 255])), (b"tRNS", alphas)]
    image = decoded(png((2, 1), [b"\0\1"], bit_depth=8, colour_type=3, chunks=chunks)).pixels
    assert [pixel(image, x, 0) for x in range(2)] == [
        (255, 0, 0, expected[0]),
        (0, 0, 255, expected[1]),
    ]


def test_a_transparent_gif_stays_transparent() -> None:
    image = blocks([[RED, BLUE]]).quantize(2)
    output = BytesIO()
    image.save(output, "GIF", transparency=image.getpixel((0, 0)))
    ((left, right),) = block_colours(decoded(output.getvalue()).pixels)
    assert (left[3], right) == (0, (0, 0, 255, 255))


@pytest.mark.parametrize(
    ("colour_type", "row", "mode", "expected"),
    [
        (0, b"\x80", "L", (0x80,)),
        (4, b"\x80\x40", "LA", (0x80, 0x40)),
        (2, b"\1\2\3", "RGB", (1, 2, 3)),
        (6, b"\1\2\3\4", "RGBA", (1, 2, 3, 4)),
    ],
)
def test_grey_stays_grey_and_alpha_is_kept(
    colour_type: int, row: bytes, mode: str, expected: Colour
) -> None:
    image = decoded(png((1, 1), [row], bit_depth=8, colour_type=colour_type)).pixels
    assert (image.mode, pixel(image, 0, 0)) == (mode, expected)


CMYK_COLOURS: list[tuple[Colour, Colour]] = [
    # As libvips 8.14 has them, by its own profile of inks and with black point compensation.
    ((0, 0, 0, 0), WHITE),
    ((255, 0, 0, 0), (0, 153, 228)),
    ((0, 0, 255, 0), (255, 240, 0)),
    ((0, 0, 0, 100), (157, 156, 157)),
]


def test_cmyk_of_adobe_which_is_stored_inverted_has_the_right_colours() -> None:
    inks = blocks([[ink for ink, _ in CMYK_COLOURS]], "CMYK")
    image = decoded(encode(inks, "JPEG"))
    assert are_close(block_colours(image.pixels), [[colour for _, colour in CMYK_COLOURS]])
    assert image.mode == "CMYK"


def test_an_embedded_profile_is_applied_and_alpha_is_left_alone() -> None:
    profile = profile_with_red_and_blue_swapped()
    opaque = decoded(encode(blocks([[RED, GREEN, WHITE]]), "PNG", icc_profile=profile)).pixels
    assert are_close(block_colours(opaque), [[BLUE, GREEN, WHITE]])
    clear = blocks([[(255, 0, 0, 7), (0, 255, 0, 255)]], "RGBA")
    clear = decoded(encode(clear, "PNG", icc_profile=profile)).pixels
    assert are_close(block_colours(clear), [[(0, 0, 255, 7), (0, 255, 0, 255)]])


@pytest.mark.parametrize("profile", [b"", b"junk", profile_with_red_and_blue_swapped()[:300]])
def test_a_broken_profile_is_ignored(profile: bytes) -> None:
    image = decoded(encode(blocks([[RED, GREEN]]), "PNG", icc_profile=profile))
    assert block_colours(image.pixels) == [[RED, GREEN]]


@pytest.mark.parametrize(("mode", "colour"), [("L", (77,)), ("CMYK", (255, 0, 0, 0))])
def test_a_profile_for_another_colour_space_is_ignored(mode: str, colour: Colour) -> None:
    profile = profile_with_red_and_blue_swapped()
    image = decoded(encode(blocks([[colour]], mode), "JPEG", icc_profile=profile)).pixels
    assert are_close(block_colours(image), [[(77,) if mode == "L" else (0, 153, 228)]])


def test_pixels_carry_no_metadata() -> None:
    output = BytesIO()
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Provisioner"
    blocks([[RED]]).save(
        output, "JPEG", exif=exif, comment=b"secret", dpi=(72, 72), xmp=b"<x:xmpmeta/>"
    )
    assert decoded(output.getvalue()).pixels.info == {}


def test_too_many_pixels_are_refused_by_the_header_alone() -> None:
    header_only = png((401, 250), [], bit_depth=8, colour_type=2)
    rejection = rejection_of(header_only, 100_000)
    assert rejection.reason is Reason.TOO_MANY_PIXELS
    assert rejection.detail == "401 x 250 pixels are 100250, at most 100000 are allowed"
    assert rejection_of(header_only, 100_250).reason is Reason.DAMAGED  # there is no such data


@pytest.mark.parametrize("size", [(401, 1), (1, 401)])
def test_a_side_that_is_too_long_is_refused_by_the_header_alone(size: tuple[int, int]) -> None:
    file = png(size, [], bit_depth=8, colour_type=2)
    with pytest.raises(Rejected) as caught:
        decode(file, MAX_PIXELS, max_side_pixels=400)
    assert caught.value.reason is Reason.TOO_MANY_PIXELS
    assert caught.value.detail == "a side has 401 pixels, at most 400 are allowed"
    assert rejection_of(file).reason is Reason.DAMAGED  # any side is fine, but there is no data


@pytest.mark.parametrize("side", [10_000, 50_000])
def test_what_pillow_warns_of_or_refuses_as_a_bomb_is_refused(side: int) -> None:
    bomb = png((side, side), [], bit_depth=1, colour_type=0)
    assert rejection_of(bomb).reason is Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_truncated_file_is_damaged(image_format: str, kept: float) -> None:
    noise = Image.effect_noise((64, 64), 90).convert("RGB")
    file = encode(noise, image_format)
    assert rejection_of(file[: int(len(file) * kept)]).reason is Reason.DAMAGED


def test_a_png_with_a_wrong_checksum_is_damaged() -> None:
    file = bytearray(png((1, 1), [b"\x80"], bit_depth=8, colour_type=0))
    assert decoded(bytes(file)).width == 1
    file[-13] ^= 1  # the last byte before IEND's 12: the checksum of the data
    assert rejection_of(bytes(file)).reason is Reason.DAMAGED


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_what_only_starts_like_an_image_is_damaged(start: bytes) -> None:
    assert rejection_of(start + b"hello").reason is Reason.DAMAGED


def test_a_rejection_says_the_same_each_time() -> None:
    details = {rejection_of(b"\x89PNG\r\n\x1a\n" + b"hello").detail for _ in range(3)}
    assert len(details) == 1


def test_warnings_of_parsers_about_files_are_kept_from_the_log() -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        rejection_of(encode(blocks(UPRIGHT), "GIF")[:40])
        decoded(png((1, 1), [b"\x80"], bit_depth=8, colour_type=0))
    assert seen == []
