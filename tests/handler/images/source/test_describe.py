"""The details of an image agree with those of other tools for the same files."""

import hashlib
import json
from io import BytesIO

import pytest
from PIL import ExifTags, Image

from handler.images.policy import GpsPolicy
from handler.images.source.decode import decode
from handler.model.errors import Reason, Rejected
from tests.handler.pictures import (
    BLUE,
    GREEN,
    RED,
    blocks,
    encode,
    png,
    profile_with_red_and_blue_swapped,
)

FORMATS = ("JPEG", "PNG", "GIF", "TIFF", "WEBP")


def details_of(data: bytes, *, max_frames: int = 1, tolerant: bool = False) -> dict[str, object]:
    image = decode(data, 100_000, accepted=FORMATS, max_frames=max_frames, tolerant=tolerant)
    return dict(image.details)


def test_an_image_is_described() -> None:
    output = BytesIO()
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Ann"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:05:17 10:31:02"
    blocks([[RED]]).save(
        output,
        "JPEG",
        dpi=(300, 300),
        exif=exif,
        icc_profile=profile_with_red_and_blue_swapped(),
        quality=95,
    )
    data = output.getvalue()
    found = details_of(data)
    perceptual = ("average_colour", "dominant_colours", "thumbhash", "difference_hash")
    assert {name: value for name, value in found.items() if name not in perceptual} == {
        "bit_depth": 8,
        "dpi": [300.0, 300.0],
        "colour_profile": "sRGB built-in",
        "captured_at": "2026-05-17T10:31:02",
        "creator": "Ann",
        "frames": 1,
        "has_alpha": False,
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    assert set(perceptual) <= set(found)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_the_bit_depth_is_that_of_the_file(bits: int) -> None:
    file = png((1, 1), [b"\0\0"[: max(1, bits // 8)]], bit_depth=bits, colour_type=0)
    assert details_of(file)["bit_depth"] == bits


@pytest.mark.parametrize(("mode", "bits"), [("RGB", 8), ("F", 32), ("1", 1)])
def test_the_bit_depth_of_a_tiff_is_described(mode: str, bits: int) -> None:
    assert details_of(encode(Image.new(mode, (2, 2)), "TIFF"))["bit_depth"] == bits


def test_an_animation_has_frames_and_a_duration() -> None:
    output = BytesIO()
    blocks([[RED]]).save(
        output, "GIF", save_all=True, append_images=[blocks([[BLUE]])], duration=[70, 30]
    )
    moving = details_of(output.getvalue(), max_frames=2)
    assert (moving["frames"], moving["duration_ms"]) == (2, 100)
    still = details_of(output.getvalue())
    assert still["frames"] == 2
    assert "duration_ms" not in still


def test_transparency_is_described() -> None:
    assert details_of(encode(blocks([[(1, 2, 3, 4)]], "RGBA"), "PNG"))["has_alpha"] is True


@pytest.mark.parametrize(
    ("policy", "has_tags", "place"),
    [
        (GpsPolicy.KEEP, True, {"latitude": 59.914, "longitude": 10.7522}),
        (GpsPolicy.ROUND, False, {"latitude": 59.91, "longitude": 10.75}),
        (GpsPolicy.DROP, False, None),
    ],
)
def test_a_location_is_kept_rounded_or_dropped_by_the_policy(
    policy: GpsPolicy, has_tags: bool, place: dict[str, float] | None
) -> None:
    exif = Image.Exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps.update({1: "N", 2: (59.0, 54.0, 50.4), 3: "E", 4: (10.0, 45.0, 7.92)})
    output = BytesIO()
    blocks([[RED]]).save(output, "JPEG", exif=exif)
    image = decode(output.getvalue(), 1_000, gps=policy)
    assert image.details.get("location") == place
    assert any(name.startswith("GPS") for name in image.exif) is has_tags


def test_a_damaged_file_is_processed_and_marked_if_the_policy_allows_it() -> None:
    noise = Image.effect_noise((64, 64), 90).convert("RGB")
    for image_format in ("JPEG", "PNG", "GIF"):
        file = encode(noise, image_format)[:-900]
        with pytest.raises(Rejected) as caught:
            decode(file, 10_000)
        assert caught.value.reason is Reason.DAMAGED
        image = decode(file, 10_000, tolerant=True)
        assert image.details["damaged"] is True
        assert image.pixels.size == (64, 64)
        with pytest.raises(Rejected):  # the global of Pillow is reset
            decode(file, 10_000)


def test_a_whole_file_is_not_marked_as_damaged() -> None:
    assert "damaged" not in details_of(encode(blocks([[GREEN]]), "PNG"), tolerant=True)


def test_a_file_without_decodable_pixels_is_rejected_even_if_damage_is_processed() -> None:
    for file in (b"\x89PNG\r\n\x1a\nhello", b"\xff\xd8\xff\xe0 hello"):
        with pytest.raises(Rejected) as caught:
            decode(file, 10_000, tolerant=True)
        assert caught.value.reason is Reason.DAMAGED
