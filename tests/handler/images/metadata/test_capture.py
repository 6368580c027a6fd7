"""Time and location of capture are read from EXIF, or dropped if invalid."""

import pytest

from handler.images.metadata.capture import captured_at, location, without_place
from handler.images.policy import GpsPolicy
from handler.model.facts import ExifValue

OSLO: dict[str, ExifValue] = {
    "GPSLatitudeRef": "N",
    "GPSLatitude": [59.0, 54.0, 50.4],  # 59 + 54/60 + 50.4/3600 = 59.914
    "GPSLongitudeRef": "E",
    "GPSLongitude": [10, 45, 7.92],  # 10.7522
    "GPSAltitude": 23.5,
    "GPSAltitudeRef": 0,
}


@pytest.mark.parametrize(
    ("exif", "expected"),
    [
        ({"DateTimeOriginal": "2026:05:17 10:31:02"}, "2026-05-17T10:31:02"),
        (
            {
                "DateTimeOriginal": "2026:05:17 10:31:02",
                "OffsetTimeOriginal": "+02:00",
                "SubsecTimeOriginal": "4",
            },
            "2026-05-17T10:31:02.400+02:00",
        ),
        (
            {
                "DateTimeOriginal": "2026:05:17 10:31:02",
                "OffsetTimeOriginal": "CEST",
                "SubsecTimeOriginal": "123456",
            },
            "2026-05-17T10:31:02.123",
        ),
        (
            {
                "DateTimeOriginal": "0000:00:00 00:00:00",
                "DateTimeDigitized": "1999:12:31 23:59:59",
            },
            "1999-12-31T23:59:59",
        ),
        ({"DateTimeOriginal": "2026:02:30 10:31:02"}, None),
        ({"DateTimeOriginal": 5}, None),
        ({"DateTime": "2026:05:17 10:31:02"}, None),
        ({}, None),
    ],
)
def test_the_time_is_that_of_capture(exif: dict[str, ExifValue], expected: str | None) -> None:
    assert captured_at(exif) == expected


def test_a_location_is_in_decimal_degrees() -> None:
    assert location(OSLO, GpsPolicy.KEEP) == {
        "latitude": 59.914,
        "longitude": 10.7522,
        "altitude_m": 23.5,
    }
    below: dict[str, ExifValue] = {
        **OSLO,
        "GPSLatitudeRef": "S",
        "GPSLongitudeRef": "W",
        "GPSAltitudeRef": 1,
    }
    assert location(below, GpsPolicy.KEEP) == {
        "latitude": -59.914,
        "longitude": -10.7522,
        "altitude_m": -23.5,
    }


def test_a_location_can_be_rounded_or_dropped_and_its_tags_are_removed() -> None:
    assert location(OSLO, GpsPolicy.ROUND) == {"latitude": 59.91, "longitude": 10.75}
    assert location(OSLO, GpsPolicy.DROP) is None
    exif: dict[str, ExifValue] = {"Make": "Camera", **OSLO}
    assert without_place(exif, GpsPolicy.ROUND) == {"Make": "Camera"}
    assert without_place(exif, GpsPolicy.DROP) == {"Make": "Camera"}
    assert without_place(exif, GpsPolicy.KEEP) == exif


@pytest.mark.parametrize(
    "change",
    [
        {"GPSLatitude": [59.0, 54.0]},
        {"GPSLatitude": [91, 0, 0]},
        {"GPSLatitude": [-59, 0, 0]},
        {"GPSLatitude": "59"},
        {"GPSLatitudeRef": "X"},
        {"GPSLatitudeRef": ""},
        {"GPSLongitude": [180, 0, 1]},
        {"GPSLongitudeRef": 5},
    ],
)
def test_an_invalid_location_is_dropped(change: dict[str, ExifValue]) -> None:
    assert location({**OSLO, **change}, GpsPolicy.KEEP) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-05-17 10:31:02", "2026-05-17T10:31:02"),
        ("2026/05/17 10:31:02", "2026-05-17T10:31:02"),
        ("2026.05.17 10:31:02", "2026-05-17T10:31:02"),
        ("2026-05-17T10:31:02", "2026-05-17T10:31:02"),
        ("2026-05-17T10:31:02+02:00", "2026-05-17T10:31:02+02:00"),
        ("2026-05-17T10:31:02Z", "2026-05-17T10:31:02+00:00"),
        ("2026-05-17T10:31:02.250-03:30", "2026-05-17T10:31:02-03:30"),
        ("2026:5:7 9:01:02", "2026-05-07T09:01:02"),
        ("2026:05:17 10:31", "2026-05-17T10:31:00"),
        (" 2026:05:17 10:31:02 ", "2026-05-17T10:31:02"),
        ("2026:05:17", None),
        ("2026:05:17 24:00:00", None),
        ("    :  :     :  :  ", None),
        ("17.05.2026 10:31:02", None),
        ("2026:05:17 10:31:02 PM", None),
    ],
)
def test_a_time_is_read_in_the_forms_that_programs_write(
    written: str, expected: str | None
) -> None:
    assert captured_at({"DateTimeOriginal": written}) == expected


@pytest.mark.parametrize("degrees", [0, 0.0])
def test_0_0_is_no_location_and_0_with_another_coordinate_is_one(degrees: float) -> None:
    zero: list[int | float] = [degrees, degrees, degrees]
    nowhere: dict[str, ExifValue] = {**OSLO, "GPSLatitude": zero, "GPSLongitude": zero}
    assert location(nowhere, GpsPolicy.KEEP) is None
    equator = location({**OSLO, "GPSLatitude": zero}, GpsPolicy.KEEP)
    assert equator == {"latitude": 0.0, "longitude": 10.7522, "altitude_m": 23.5}
