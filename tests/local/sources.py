"""Images with known pixels, from which expected variants are derived by hand."""

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

from local.samples import bomb_png

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
AWKWARD_KEYS = (
    "plain.jpg",
    "a b/c  d.jpg",
    "50%+tax%20.jpg",
    "blåbær/猫 🐈.jpg",
    "quote'\"&<>=;,.jpg",
)


def encoded(image: Image.Image, image_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def halves(width: int = 400, height: int = 200) -> Image.Image:
    """Return an image whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def sideways() -> bytes:
    """Return `halves` with EXIF orientation 6, which puts the first column, red, on top."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(halves(), "JPEG", exif=exif, quality=95, subsampling=0)


SOURCES: Mapping[str, bytes] = {
    **{key: encoded(halves(), "JPEG", quality=95) for key in AWKWARD_KEYS},
    "x/same.jpg": encoded(halves(40, 20), "JPEG"),
    "x/same.JPG": encoded(halves(40, 20), "JPEG"),
    "x/same.png": encoded(halves(40, 20), "PNG"),
    "y/same.jpg": encoded(halves(40, 20), "JPEG"),
    "x/same": encoded(halves(40, 20), "PNG"),
    "sideways.jpg": sideways(),
    "transparent.png": encoded(Image.new("RGBA", (60, 30), (0, 0, 255, 0)), "PNG"),
    "picture.webp": encoded(halves(), "WEBP", lossless=True),
    "picture.gif": encoded(
        halves(), "GIF", save_all=True, append_images=[Image.new("RGB", (400, 200))]
    ),
    "broken.jpg": encoded(halves(), "JPEG")[:900],
    "bomb.png": bomb_png(),
    "empty.jpg": b"",
    "text.jpg": b"plain text",
}

REASONS = {
    "broken.jpg": "damaged",
    "bomb.png": "too-many-pixels",
    "empty.jpg": "empty",
    "text.jpg": "not-an-image",
}
