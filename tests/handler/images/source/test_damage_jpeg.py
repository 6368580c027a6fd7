"""A JPEG or AVIF is decoded if its picture is complete, whatever else is wrong."""

import struct
from io import BytesIO
from random import Random

import pytest
from PIL import Image

from handler.images.source.decode import decode
from handler.images.source.readable_form import bare_form
from handler.model.errors import Reason
from tests.handler.images.source.decoding import MAX_PIXELS, decoded, rejection_of
from tests.handler.pictures import (
    BLUE,
    RED,
    blocks,
    encode,
    profile_with_red_and_blue_swapped,
)


def random_bytes(count: int) -> bytes:
    return Random(5).randbytes(count)  # noqa: S311 - nothing is secret


def jpeg(**options: object) -> bytes:
    output = BytesIO()
    noise = Image.frombytes("L", (200, 120), random_bytes(24_000)).convert("RGB")
    noise.save(output, "JPEG", quality=85, **options)
    return output.getvalue()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 4}])
@pytest.mark.parametrize("missing", [1, 2])
@pytest.mark.parametrize("padding", [b"", bytes(600)])
def test_a_jpeg_of_which_only_the_end_marker_is_missing_is_complete(
    options: dict[str, object], missing: int, padding: bytes
) -> None:
    file = jpeg(**options)
    image = decoded(file[:-missing] + padding)
    assert image.pixels.tobytes() == decoded(file).pixels.tobytes()
    assert image.details["damage"] == "the end of the file is missing"


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 4}])
@pytest.mark.parametrize("missing", [8, 60, 1_000])
@pytest.mark.parametrize("padding", [b"", bytes(600)])
def test_a_jpeg_of_which_pixels_are_missing_is_damaged_unless_that_is_accepted(
    options: dict[str, object], missing: int, padding: bytes
) -> None:
    cut = jpeg(**options)[:-missing] + padding
    assert rejection_of(cut).reason is Reason.DAMAGED
    image = decode(cut, MAX_PIXELS, tolerant=True)
    assert image.details["damaged"] is True
    assert str(image.details["damage"]).startswith("the file is cut")


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


@pytest.mark.parametrize(
    "broken",
    [
        segment(0xE0, b"JFIF\0\1"),
        segment(0xEE, b"Adobe\0"),
        segment(0xED, b"Photoshop 3.0\08BIM\4\4"),
    ],
)
def test_a_jpeg_segment_that_cannot_be_read_is_left_out_and_the_rest_is_kept(
    broken: bytes,
) -> None:
    profile = profile_with_red_and_blue_swapped()
    file = encode(blocks([[RED, BLUE]]), "JPEG", orientation=6, icc_profile=profile)
    image = decoded(file[:2] + broken + segment(0xFE, b"a comment") + file[2:])
    assert image.pixels.tobytes() == decoded(file).pixels.tobytes()
    assert (image.pixels.size, image.exif["Orientation"]) == ((16, 32), 6)
    assert str(image.details["damage"]).startswith("metadata cannot be read: ")


def test_an_avif_with_broken_exif_is_decoded() -> None:
    output, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "Camera"
    blocks([[RED, BLUE]]).save(output, "AVIF", exif=exif)
    file = output.getvalue()
    whole = decode(file, MAX_PIXELS, accepted=("AVIF",))
    assert whole.exif == {"Make": "Camera"}
    image = decode(file.replace(b"MM\0*", b"\0M\0*"), MAX_PIXELS, accepted=("AVIF",))
    assert image.pixels.tobytes() == whole.pixels.tobytes()
    assert image.exif == {}
    assert image.details["damaged"] is True


def test_metadata_are_removed_only_from_a_file_that_they_keep_from_being_opened() -> None:
    whole = encode(blocks([[RED, BLUE]]), "JPEG", orientation=6)
    assert bare_form(whole, "JPEG") is whole
    cut = jpeg()[:-1_000]
    assert bare_form(cut, "JPEG") is cut, "else its picture would be decoded twice"
    unopened = whole[:2] + segment(0xE0, b"JFIF\0\1") + whole[2:]
    assert b"JFIF" not in bare_form(unopened, "JPEG")
    no_exif = b"\0\0\0\x14ftypavif" + bytes(8) + b"\0\0\0\x08iinf"
    assert bare_form(no_exif, "AVIF") is no_exif
