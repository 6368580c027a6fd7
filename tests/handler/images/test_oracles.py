"""Outputs are valid and without metadata, according to tools that share no code with the handler.

libvips is in the lock file; ExifTool and pngcheck are Debian packages, see `tests.oracles`.
"""

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from PIL import ExifTags, Image

from handler.images.policy import ImagePolicy
from handler.images.transform import transform
from handler.images.variants.parsing import parse_variants
from handler.images.variants.rendition import Rendition
from tests.handler.images import libvips
from tests.handler.pictures import (
    BLUE,
    GREEN,
    RED,
    blocks,
    profile_with_red_and_blue_swapped,
)
from tests.oracles import EXIFTOOL, PNGCHECK

SPECS = [
    {"name": "v", "format": image_format, "maxWidth": 40}
    for image_format in ("jpeg", "png", "webp", "avif", "gif")
]
CLEAN_GROUPS = {
    "SourceFile",
    "ExifTool",
    "File",
    "Composite",
    "JFIF",
    "PNG",
    "RIFF",
    "QuickTime",
    "GIF",
}
"""Groups of exiftool about the file itself and the structure of its format."""


def photo_with_private_metadata() -> bytes:
    """Return a JPEG with private metadata: location, serial number, comment and so on."""
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Ånn".encode()
    exif[ExifTags.Base.Copyright] = "© 2026 Ånn".encode()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = "12345"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (59.0, 54.0, 50.0), 3: "E", 4: (1, 2, 3)})
    output = BytesIO()
    blocks([[RED, GREEN, BLUE]]).save(
        output,
        "JPEG",
        exif=exif,
        comment="a comment",
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
        icc_profile=profile_with_red_and_blue_swapped(),
    )
    return output.getvalue()


def outputs(data: bytes, folder: Path, specs: Sequence[Mapping[str, object]] = SPECS) -> list[Path]:
    made = transform(data, parse_variants(specs), max_pixels=100_000, background_colour="#ffffff")
    paths: list[Path] = []
    for rendition in made:
        if isinstance(rendition, Rendition):
            paths.append(folder / f"v.{rendition.variant.format.extension}")
            paths[-1].write_bytes(rendition.data)
    return paths


def test_exiftool_finds_nothing_personal_in_any_output(tmp_path: Path) -> None:
    source = tmp_path / "source.jpg"
    source.write_bytes(photo_with_private_metadata())
    groups = json.loads(EXIFTOOL("-json", "-G0", str(source)))[0]
    assert {"EXIF:GPSLatitude", "EXIF:SerialNumber", "File:Comment"} <= set(groups)
    for path in outputs(source.read_bytes(), tmp_path):
        (found,) = json.loads(EXIFTOOL("-json", "-G0", str(path)))
        assert {name.partition(":")[0] for name in found} <= CLEAN_GROUPS, path.name
        assert not [name for name in found if "Comment" in name or "GPS" in name], path.name


def test_exiftool_finds_only_creator_and_copyright_where_they_are_kept(
    tmp_path: Path,
) -> None:
    specs = [{**spec, "keepCopyright": True} for spec in SPECS if spec["format"] != "gif"]
    made = outputs(photo_with_private_metadata(), tmp_path, specs)
    assert len(made) == 4
    for path in made:
        (found,) = json.loads(EXIFTOOL("-json", "-G0", str(path)))
        exif = {name: value for name, value in found.items() if name.startswith("EXIF:")}
        exif.pop("EXIF:YCbCrPositioning", None)
        exif = {n: v for n, v in exif.items() if "Resolution" not in n}
        assert exif == {"EXIF:Artist": "Ånn", "EXIF:Copyright": "© 2026 Ånn"}, path.name
        assert {name.partition(":")[0] for name in found} <= {*CLEAN_GROUPS, "EXIF"}, path.name
        assert not [name for name in found if "Comment" in name or "GPS" in name], path.name


def test_libvips_agrees_on_size_and_frames(tmp_path: Path) -> None:
    for path in outputs(photo_with_private_metadata(), tmp_path):
        shown = libvips.opened(path.read_bytes())
        assert (shown.width, shown.height) == (40, 13), path.name


def test_pngcheck_finds_no_fault(tmp_path: Path) -> None:
    outputs(photo_with_private_metadata(), tmp_path)
    assert "OK" in PNGCHECK(str(tmp_path / "v.png"))


def test_libvips_finds_the_frames_and_times_of_an_animation() -> None:
    output = BytesIO()
    blocks([[RED]]).save(
        output,
        "GIF",
        save_all=True,
        append_images=[blocks([[GREEN]]), blocks([[BLUE]])],
        duration=[70, 30, 1_000],
        loop=4,
    )
    (_, made) = transform(
        output.getvalue(),
        parse_variants([{"name": "v", "format": "webp"}]),
        max_pixels=100_000,
        background_colour="#ffffff",
        policy=ImagePolicy(max_frames=3),
    )
    assert isinstance(made, Rendition)
    found = libvips.moving(made.data)
    assert len(found.frames) == 3
    assert found.loop_count == 5  # a GIF stores the number of repetitions
    assert found.durations_ms == [70, 30, 1_000]
