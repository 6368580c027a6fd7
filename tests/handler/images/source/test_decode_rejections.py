"""Bad, oversized and damaged files are rejected before or during decoding."""

import warnings

import pytest
from PIL import Image

from handler.images.source.decode import decode
from handler.model.errors import Reason, Rejected
from tests.handler.images.source.decoding import FILES, MAX_PIXELS, UPRIGHT, decoded, rejection_of
from tests.handler.pictures import (
    blocks,
    encode,
    pixel,
    png,
)


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_truncated_heic_is_damaged(kept: float) -> None:
    data = (FILES / "upright.heic").read_bytes()
    with pytest.raises(Rejected) as caught:
        decode(data[: int(len(data) * kept)], MAX_PIXELS, accepted=("HEIC",))
    assert caught.value.reason is Reason.DAMAGED


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
def test_a_decompression_bomb_is_refused(side: int) -> None:
    bomb = png((side, side), [], bit_depth=1, colour_type=0)
    assert rejection_of(bomb).reason is Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_truncated_file_is_damaged(image_format: str, kept: float) -> None:
    noise = Image.effect_noise((64, 64), 90).convert("RGB")
    file = encode(noise, image_format)
    assert rejection_of(file[: int(len(file) * kept)]).reason is Reason.DAMAGED


def test_a_png_with_a_wrong_checksum_and_all_pixels_is_marked_as_damaged() -> None:
    file = bytearray(png((1, 1), [b"\x80"], bit_depth=8, colour_type=0))
    assert "damaged" not in decoded(bytes(file)).details
    file[-13] ^= 1  # the last byte before IEND's 12: the checksum of the data
    image = decoded(bytes(file))
    assert pixel(image.pixels, 0, 0) == (128,)
    assert image.details["damage"] == "the chunk IDAT has a wrong checksum"


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_a_file_that_only_starts_like_an_image_is_damaged(start: bytes) -> None:
    assert rejection_of(start + b"hello").reason is Reason.DAMAGED


def test_the_detail_of_a_rejection_is_deterministic() -> None:
    details = {rejection_of(b"\x89PNG\r\n\x1a\n" + b"hello").detail for _ in range(3)}
    assert len(details) == 1


def test_warnings_of_parsers_are_silenced() -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        rejection_of(encode(blocks(UPRIGHT), "GIF")[:40])
        decoded(png((1, 1), [b"\x80"], bit_depth=8, colour_type=0))
    assert seen == []


def test_an_image_of_more_pixels_than_pillow_takes_by_default_is_decoded_if_allowed() -> None:
    side = 10_000  # 100 million pixels, of which Pillow takes 89
    file = png((side, side), [bytes(side // 8)] * side, bit_depth=1, colour_type=0)
    image = decode(file, side * side)
    assert (image.width, image.height) == (side, side)
    assert Image.MAX_IMAGE_PIXELS == 89_478_485
    assert rejection_of(file, side * side - 1).reason is Reason.TOO_MANY_PIXELS
