"""Time and location of capture, from clean EXIF values. Tags: CIPA DC-008 (Exif 3.0)."""

import re
from collections.abc import Mapping
from datetime import datetime

from handler.images.policy import GpsPolicy
from handler.model.facts import ExifValue

_TIMES = (
    ("DateTimeOriginal", "OffsetTimeOriginal", "SubsecTimeOriginal"),
    ("DateTimeDigitized", "OffsetTimeDigitized", "SubsecTimeDigitized"),
)
"""`DateTime` is not used: it is the time of the last change to the file."""

_TIME = re.compile(
    r"(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2}))?"
    r"(?:[.,]\d+)?(Z|[+-]\d{2}:\d{2})?"
)
"""The form of Exif 3.0, `2026:05:17 10:31:02`, and those that programs write instead of it."""
_OFFSET = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d")
_ROUNDED_DECIMALS = 2
"""0.01 degrees are 1.1 km of latitude."""
_DECIMALS = 6
"""0.1 m."""
_GPS_PREFIX = "GPS"


def captured_at(exif: Mapping[str, ExifValue]) -> str | None:
    """Return the time as ISO 8601, with the offset from UTC if recorded, otherwise local time."""
    for time_tag, offset_tag, fraction_tag in _TIMES:
        found = _TIME.fullmatch(str(exif.get(time_tag, "")).strip())
        time = found and _local_time(found)
        if found is None or time is None:
            continue
        fraction = str(exif.get(fraction_tag, ""))
        if fraction.isascii() and fraction.isdigit():
            time = f"{time}.{fraction[:3]:0<3}"
        offset = str(exif.get(offset_tag, "")) or (found[7] or "").replace("Z", "+00:00")
        return f"{time}{offset}" if _OFFSET.fullmatch(offset) else time
    return None


def location(exif: Mapping[str, ExifValue], policy: GpsPolicy) -> dict[str, float] | None:
    """Return latitude (north is positive), longitude (east is positive) and, if kept in full and
    known, altitude in metres; None if there is no valid location or the policy drops it.

    0, 0 is no location: programs write it where they have removed one.
    """
    latitude = _degrees(exif.get("GPSLatitude"), exif.get("GPSLatitudeRef"), "NS", 90)
    longitude = _degrees(exif.get("GPSLongitude"), exif.get("GPSLongitudeRef"), "EW", 180)
    if latitude is None or longitude is None or policy is GpsPolicy.DROP:
        return None
    if latitude == longitude == 0:  # written for no place, in the Atlantic where no camera is
        return None
    decimals = _DECIMALS if policy is GpsPolicy.KEEP else _ROUNDED_DECIMALS
    place = {"latitude": round(latitude, decimals), "longitude": round(longitude, decimals)}
    altitude = exif.get("GPSAltitude")
    if policy is GpsPolicy.KEEP and isinstance(altitude, int | float):
        is_below_sea = exif.get("GPSAltitudeRef") in (1, "1")
        place["altitude_m"] = -altitude if is_below_sea else altitude
    return place


def without_place(exif: Mapping[str, ExifValue], policy: GpsPolicy) -> dict[str, ExifValue]:
    """Return the values without GPS tags, unless the policy keeps them."""
    if policy is GpsPolicy.KEEP:
        return dict(exif)
    return {name: value for name, value in exif.items() if not name.startswith(_GPS_PREFIX)}


def _local_time(found: re.Match[str]) -> str | None:
    """Return a time such as `2026-05-17T10:31:02`; None for zeros, as some cameras write."""
    year, month, day, hour, minute, second = (int(found[group] or 0) for group in range(1, 7))
    try:
        # A naive time is meant: its offset is in a tag of its own, if anywhere.
        return datetime(year, month, day, hour, minute, second).isoformat()
    except ValueError:
        return None


def _degrees(
    value: ExifValue | None, reference: ExifValue | None, directions: str, most: int
) -> float | None:
    """Turn degrees, minutes and seconds into decimal degrees."""
    if (
        not isinstance(value, list)
        or len(value) != 3
        or str(reference)[:1] not in tuple(directions)
    ):
        return None
    degrees = value[0] + value[1] / 60 + value[2] / 3_600
    if not (0 <= degrees <= most and min(value) >= 0):
        return None
    return -degrees if str(reference)[0] == directions[1] else degrees
