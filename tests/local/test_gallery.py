"""Proves that the gallery page is complete, self-contained, and safe to open."""

import base64
import io
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from local.gallery import PREVIEW_SIDE_PIXELS, data_uri, size_text, write_gallery
from local.records import Record, VariantRecord
from local.review import Picture, Review
from local.samples import bomb_png
from local.uploads import Upload
from tests.local.sources import SOURCES, encoded

HOSTILE_KEY = "<script>alert(1)</script>.png"


def reviewed(path: Path) -> Review:
    variant = VariantRecord(
        name="thumbnail",
        key="t.png",
        format="png",
        content_type="image/png",
        size_bytes=len(SOURCES["x/same.png"]),
        width=40,
        height=20,
    )
    record = Record(
        image_id="b/k",
        version_id="v",
        status="processed",
        reason="",
        detail="",
        duration_ms=12,
        source={
            "format": "PNG",
            "exif": {"Make": "<b>Camera</b>", "GPSLatitude": [Decimal(59), Decimal("54.5")]},
            "width": 40,
        },
        variants=(variant,),
    )
    return Review(
        upload=Upload(path=path, key=HOSTILE_KEY, version_id="v", size_bytes=44_000),
        record=record,
        pictures=(Picture(variant=variant, data=SOURCES["x/same.png"]),),
        problems=(),
    )


def test_the_page_has_every_picture_and_the_metadata_and_no_external_reference(
    tmp_path: Path,
) -> None:
    (tmp_path / "source.png").write_bytes(SOURCES["x/same.png"])
    write_gallery(tmp_path / "gallery.html", [reviewed(tmp_path / "source.png")])
    page = (tmp_path / "gallery.html").read_text()
    assert page.count('src="data:image/png;base64,') == 2
    for text in ("40 by 20", "44 kB", "12 ms", "<dt>format</dt><dd>PNG</dd>", "59, 54.5"):
        assert text in page
    assert "http" not in page


def test_names_and_metadata_cannot_become_markup(tmp_path: Path) -> None:
    (tmp_path / "source.png").write_bytes(SOURCES["x/same.png"])
    write_gallery(tmp_path / "gallery.html", [reviewed(tmp_path / "source.png")])
    page = (tmp_path / "gallery.html").read_text()
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "<b>Camera" not in page


def test_a_small_image_is_embedded_unchanged() -> None:
    uri = data_uri(SOURCES["plain.jpg"])
    assert base64.b64decode(uri.removeprefix("data:image/jpeg;base64,")) == SOURCES["plain.jpg"]


def test_a_large_image_is_embedded_as_a_preview_with_the_same_aspect_ratio() -> None:
    noise = Image.effect_noise((1600, 800), 90)
    uri = data_uri(encoded(noise, "PNG"))
    with Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1]))) as preview:
        assert preview.size == (PREVIEW_SIDE_PIXELS, PREVIEW_SIDE_PIXELS // 2)


@pytest.mark.parametrize(
    "data",
    [b"", b"no image", SOURCES["broken.jpg"], bomb_png()],
    ids=["empty", "text", "broken", "bomb"],
)
def test_a_file_that_is_not_an_intact_image_is_not_embedded(data: bytes) -> None:
    assert data_uri(data) == ""


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (44_439, "44 kB"), (1_260_000, "1.3 MB")],
)
def test_sizes_are_formatted_with_units(size_bytes: int, text: str) -> None:
    assert size_text(size_bytes) == text
