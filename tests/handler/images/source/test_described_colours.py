"""Colours that a file describes otherwise than by an embedded profile are converted to sRGB."""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO

import pytest
from PIL import Image

from handler.images.source.decode import decode
from tests.handler.images.source.decoding import FILES, MAX_PIXELS, decoded
from tests.handler.pictures import (
    Colour,
    blocks,
    encode,
    pixel,
    png,
    profile_with_red_and_blue_swapped,
)

SRGB_CHROMATICITY = (31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000)
ADOBE_CHROMATICITY = (31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000)
BT2020_TO_SRGB = (
    (1.6605, -0.5876, -0.0728),
    (-0.1246, 1.1329, -0.0083),
    (-0.0182, -0.1006, 1.1187),
)
"""Recommendation ITU-R BT.2407-0, section 2.2."""
P3_TO_SRGB = (
    (1.2249, -0.2247, 0.0),
    (-0.0420, 1.0419, 0.0),
    (-0.0197, -0.0786, 1.0979),
)
"""Product of the matrices of SMPTE EG 432-1 and IEC 61966-2-1, as CSS Color 4 has them."""
COLOURS = [(200, 90, 60), (70, 180, 90), (60, 80, 190), (128, 128, 128), (255, 255, 255)]


def one_pixel(colour: Colour, *chunks: tuple[bytes, bytes], colour_type: int = 2) -> bytes:
    return png((1, 1), [bytes(colour)], bit_depth=8, colour_type=colour_type, chunks=chunks)


def gama(by_100000: int) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", by_100000)


def chrm(values: Sequence[int]) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *values)


def cicp(primaries: int, transfer: int) -> tuple[bytes, bytes]:
    return b"cICP", bytes((primaries, transfer, 0, 1))


def to_light(sample: int) -> float:
    signal = sample / 255
    return signal / 12.92 if signal <= 0.04045 else ((signal + 0.055) / 1.055) ** 2.4


def from_light(light: float) -> int:
    light = min(1.0, max(0.0, light))
    signal = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return round(signal * 255)


def converted(colour: Colour, matrix: Sequence[Sequence[float]]) -> Colour:
    light = [to_light(sample) for sample in colour]
    return tuple(from_light(sum(a * b for a, b in zip(row, light, strict=True))) for row in matrix)


def shown(data: bytes) -> Colour:
    return pixel(decoded(data).pixels, 0, 0)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize(("primaries", "matrix"), [(12, P3_TO_SRGB), (9, BT2020_TO_SRGB)])
def test_primaries_by_code_point_are_converted(
    primaries: int, matrix: Sequence[Sequence[float]], colour: Colour
) -> None:
    expected = converted(colour, matrix)
    assert shown(one_pixel(colour, cicp(primaries, 13))) == pytest.approx(expected, abs=2)


@pytest.mark.parametrize("exponent", [1.0, 1.8, 2.6])
@pytest.mark.parametrize("sample", [20, 128, 200, 255])
def test_a_gamma_is_applied_in_colour_and_grey(exponent: float, sample: int) -> None:
    expected = from_light((sample / 255) ** exponent)
    chunk = gama(round(100_000 / exponent))
    assert shown(one_pixel((sample,) * 3, chunk)) == pytest.approx((expected,) * 3, abs=2)
    grey = decoded(one_pixel((sample,), chunk, colour_type=0)).pixels
    assert grey.mode == "L"
    assert pixel(grey, 0, 0) == pytest.approx((expected,), abs=2)
    seen = pixel(decoded(one_pixel((sample, 70), chunk, colour_type=4)).pixels, 0, 0)
    assert seen == pytest.approx((expected, 70), abs=2)


def test_adobe_rgb_by_chromaticity_equals_adobe_rgb_by_exif() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 65_535
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    output = BytesIO()
    blocks([[(39, 200, 60)]]).save(output, "JPEG", quality=100, subsampling=0, exif=exif)
    # Computed with the profile AdobeRGB1998.icc.
    assert shown(output.getvalue()) == pytest.approx((0, 201, 37), abs=2)
    described = one_pixel((39, 200, 60), gama(45_455), chrm(ADOBE_CHROMATICITY))
    assert shown(described)[1:] == pytest.approx((201, 37), abs=6)


@pytest.mark.parametrize(
    ("space", "index"), [(1, "R98"), (1, "R03"), (65_535, "R98"), (65_535, "")]
)
def test_exif_that_does_not_name_adobe_rgb_changes_nothing(space: int, index: str) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = space
    exif.get_ifd(0x8769)[0xA005] = {1: index}
    output, plain = BytesIO(), encode(blocks([[(39, 200, 60)]]), "JPEG")
    blocks([[(39, 200, 60)]]).save(output, "JPEG", quality=95, exif=exif)
    assert shown(output.getvalue()) == shown(plain)


@pytest.mark.parametrize(
    "chunks",
    [
        [gama(45_455)],
        [gama(45_000)],
        [gama(45_455), chrm(SRGB_CHROMATICITY)],
        [chrm(ADOBE_CHROMATICITY)],  # without a gamma
        [(b"sRGB", b"\0"), gama(100_000), chrm(ADOBE_CHROMATICITY)],
        [gama(0)],
        [gama(45_455), chrm([0] * 8)],
        [gama(45_455), chrm([31_270, 32_900] + [30_000, 30_000] * 3)],
        [cicp(1, 13)],
        [cicp(2, 2)],
        [cicp(12, 99)],
    ],
)
def test_what_means_srgb_or_nothing_changes_no_pixel(chunks: list[tuple[bytes, bytes]]) -> None:
    assert shown(one_pixel((39, 200, 60), *chunks)) == (39, 200, 60)


def test_a_code_point_takes_precedence_over_a_profile_and_a_profile_over_a_gamma() -> None:
    profile = profile_with_red_and_blue_swapped()
    file = encode(blocks([[(200, 90, 60)]]), "PNG", icc_profile=profile)
    end = 8 + 25

    def with_chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return file[:end] + struct.pack(">I", len(content)) + kind + content + checksum + file[end:]

    assert shown(with_chunk(*gama(100_000))) == shown(file)
    assert shown(with_chunk(*cicp(12, 13))) == shown(one_pixel((200, 90, 60), cicp(12, 13)))


@pytest.mark.parametrize("transfer", [16, 18])
def test_hdr_keeps_black_and_order_and_shows_diffuse_white_brightly(transfer: int) -> None:
    greys = [shown(one_pixel((sample,) * 3, cicp(9, transfer)))[0] for sample in range(0, 256, 5)]
    assert greys[0] == 0
    assert greys == sorted(greys)
    assert greys[-1] >= 250
    # Diffuse white is 58 % of a PQ signal and 75 % of an HLG signal: ITU-R BT.2408-7, table 1.
    white = {16: round(0.58 * 255), 18: round(0.75 * 255)}[transfer]
    assert 215 <= shown(one_pixel((white,) * 3, cicp(9, transfer)))[0] <= 245


@pytest.mark.parametrize(("primaries", "expected"), [(12, P3_TO_SRGB), (9, BT2020_TO_SRGB)])
def test_the_code_points_of_an_avif_are_applied(
    primaries: int, expected: Sequence[Sequence[float]]
) -> None:
    output = BytesIO()
    blocks([[(200, 90, 60)]]).save(output, "AVIF", quality=100, subsampling="4:4:4")
    file = output.getvalue()
    start = file.index(b"colrnclx") + 8
    coded = file[:start] + struct.pack(">HH", primaries, 13) + file[start + 4 :]
    image = decode(coded, MAX_PIXELS, accepted=("AVIF",))
    assert pixel(image.pixels, 8, 8) == pytest.approx(converted((200, 90, 60), expected), abs=3)


def test_what_the_aperture_of_an_avif_leaves_out_is_not_shown() -> None:
    file = (FILES / "clean-aperture.avif").read_bytes()
    image = decode(file, MAX_PIXELS, accepted=("AVIF",))
    assert (image.width, image.height, image.pixels.size) == (150, 100, (150, 100))
