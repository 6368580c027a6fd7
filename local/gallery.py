"""Write a self-contained HTML page with all variants and metadata."""

import base64
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import jinja2
from PIL import Image

from local.review import Picture, Review

TEMPLATE = "gallery.html.j2"

INLINE_BYTES = 100_000
"""Larger images are shown as a preview, to keep the page small."""

PREVIEW_SIDE_PIXELS = 480
MAX_PREVIEWED_PIXELS = 60_000_000
"""Originals above this limit are not decoded for a preview: one sample is a decompression bomb."""

BROWSER_FORMATS = {"JPEG": "jpeg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One image on the page."""

    uri: str
    """`data:` URI, empty if there is no image to show."""
    caption: str
    facts: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """One upload on the page."""

    key: str
    status: str
    outcome: str
    detail: str
    duration_ms: int
    original: Figure
    variants: tuple[Figure, ...]
    metadata: tuple[tuple[str, str], ...]


def write_gallery(path: Path, reviews: Sequence[Review]) -> None:
    """Write the page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template(TEMPLATE).render(cards=[_card(review) for review in reviews])
    path.write_text(page, encoding="utf-8")


def _card(review: Review) -> Card:
    record, upload = review.record, review.upload
    return Card(
        key=upload.key,
        status="failed" if review.problems else record.status,
        outcome=review.outcome,
        detail=record.detail,
        duration_ms=record.duration_ms,
        original=Figure(
            uri=data_uri(upload.path.read_bytes()),
            caption="uploaded, as stored",
            facts=size_text(upload.size_bytes),
        ),
        variants=tuple(_figure(picture) for picture in review.pictures),
        metadata=tuple(_rows(record.source)),
    )


def _rows(facts: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the name and value of each fact; those of EXIF last."""
    for name, value in sorted(facts.items(), key=lambda fact: isinstance(fact[1], Mapping)):
        if isinstance(value, Mapping):
            yield from _rows(cast("Mapping[str, object]", value))
        elif isinstance(value, list):
            yield name, ", ".join(map(str, cast("list[object]", value)))
        else:
            yield name, str(value)


def _figure(picture: Picture) -> Figure:
    variant = picture.variant
    return Figure(
        uri=data_uri(picture.data),
        caption=f"{variant.name} ({variant.format})",
        facts=f"{variant.width} by {variant.height}, {size_text(variant.size_bytes)}",
    )


def data_uri(data: bytes) -> str:
    """Return the image as a `data:` URI, as a preview if it is large, empty if it is no image."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=tuple(BROWSER_FORMATS))
        if image.width * image.height > MAX_PREVIEWED_PIXELS:
            return ""
        image.load()
        if len(data) <= INLINE_BYTES:
            return _uri(BROWSER_FORMATS[str(image.format)], data)
        preview = image.convert("RGBA" if image.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
    preview.thumbnail((PREVIEW_SIDE_PIXELS, PREVIEW_SIDE_PIXELS))
    buffer = io.BytesIO()
    preview.save(buffer, "WEBP", quality=85)
    return _uri("webp", buffer.getvalue())


def size_text(size_bytes: int) -> str:
    """Format a size: `512 B`, `44 kB`, `1.3 MB`."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    return f"{size_bytes / 1e3:.0f} kB" if size_bytes < 1e6 else f"{size_bytes / 1e6:.1f} MB"


def _uri(subtype: str, data: bytes) -> str:
    return f"data:image/{subtype};base64,{base64.b64encode(data).decode()}"
