"""Described metadata agree with those that exiftool writes and reads.

Exiftool is a Debian package, see `tests.oracles`.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.seeds import seeds
from handler.images.input_formats import READABLE
from handler.images.policy import ImagePolicy
from handler.images.source.header import read_header
from handler.images.transform import transform
from handler.model.byte_ranges import ByteRanges
from handler.model.facts import ImageFacts
from tests.oracles import EXIFTOOL

WRITTEN = (
    *("-EXIF:Make=Imaginary", "-EXIF:Model=One", "-EXIF:SerialNumber=12345", "-EXIF:ISO=200"),
    *("-EXIF:DateTimeOriginal=2026:05:17 10:31:02", "-EXIF:OffsetTimeOriginal=+02:00"),
    *("-EXIF:FNumber=2.8", "-EXIF:ExposureTime=1/250", "-EXIF:FocalLength=35"),
    *("-EXIF:GPSLatitude=59.913889", "-EXIF:GPSLatitudeRef=N", "-EXIF:GPSLongitude=10.752222"),
    *("-EXIF:GPSLongitudeRef=W", "-EXIF:GPSAltitude=12.5", "-EXIF:GPSAltitudeRef#=1"),
    *("-XMP-dc:Title=Über dem Boot", "-XMP-dc:Description=A boat", "-XMP-dc:Creator=Ann Example"),
    *("-XMP-dc:Rights=(c) Ann", "-XMP-dc:Subject=sea", "-XMP-dc:Subject=boat", "-XMP-xmp:Rating=4"),
)
FORMATS = {"jpeg": "jpg", "png-RGB": "png", "webp": "webp", "avif": "avif", "tiff-raw": "tif"}


def facts_of(data: bytes, *, from_header: bool) -> ImageFacts:
    policy = ImagePolicy(input_formats=READABLE)
    if from_header:
        parts = ByteRanges(size_bytes=len(data)).adding(0, data)
        facts = read_header(parts, max_pixels=10_000, policy=policy)
    else:
        (facts,) = transform(
            data, (), max_pixels=10_000, background_colour="#ffffff", policy=policy
        )
    assert isinstance(facts, ImageFacts)
    return facts


def read_back(path: Path) -> Mapping[str, object]:
    (found,) = json.loads(EXIFTOOL("-json", "-n", "-G0", str(path)))
    return found


@pytest.mark.parametrize("from_header", [False, True])
@pytest.mark.parametrize("name", FORMATS)
def test_metadata_written_by_exiftool_are_described(
    name: str, tmp_path: Path, *, from_header: bool
) -> None:
    path = tmp_path / f"a.{FORMATS[name]}"
    path.write_bytes(seeds()[name])
    EXIFTOOL("-q", "-overwrite_original", *WRITTEN, str(path))
    facts = facts_of(path.read_bytes(), from_header=from_header)
    there = read_back(path)
    for tag in ("Make", "Model", "DateTimeOriginal", "FNumber", "ExposureTime", "FocalLength"):
        assert facts.exif[tag] == there[f"EXIF:{tag}"], tag
    assert facts.exif["ISOSpeedRatings"] == there["EXIF:ISO"]
    details = facts.details
    assert details["captured_at"] == "2026-05-17T10:31:02+02:00"
    place = details["location"]
    assert place == pytest.approx(
        {"latitude": 59.913889, "longitude": -10.752222, "altitude_m": -12.5}, abs=1e-6
    )
    assert (details["title"], details["caption"]) == (there["XMP:Title"], there["XMP:Description"])
    assert (details["creator"], details["copyright"]) == (there["XMP:Creator"], there["XMP:Rights"])
    assert (details["keywords"], details["rating"]) == (there["XMP:Subject"], there["XMP:Rating"])


def test_iptc_written_by_exiftool_is_described(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(seeds()["jpeg-progressive"])
    EXIFTOOL(
        *("-q", "-overwrite_original", "-IPTC:ObjectName=Båt", "-IPTC:Keywords=sea"),
        *("-IPTC:Keywords=boat", "-IPTC:By-line=Ann Example", "-codedcharacterset=utf8", str(path)),
    )
    details = facts_of(path.read_bytes(), from_header=False).details
    assert (details["title"], details["creator"]) == ("Båt", "Ann Example")
    assert details["keywords"] == ["sea", "boat"]


@pytest.mark.parametrize("name", ["jpeg", "png-L", "png-RGBA", "webp", "avif", "tiff-lzw", "bmp"])
def test_size_depth_and_profile_agree_with_exiftool(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(seeds().get(name, seeds()["tiff-tiff_lzw"]))
    facts, there = facts_of(path.read_bytes(), from_header=True), read_back(path)
    size = there.get("File:ImageWidth")
    described = {facts.width, facts.height}
    assert size is None or size in described
    for depth in ("PNG:BitDepth", "File:BitsPerSample"):
        if depth in there:
            assert facts.details.get("bit_depth", there[depth]) == there[depth]
    if "ICC_Profile:ProfileDescription" in there:
        assert facts.details["colour_profile"] == there["ICC_Profile:ProfileDescription"]
