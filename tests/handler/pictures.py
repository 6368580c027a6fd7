"""Pictures whose expected pixels are known, and files written without the code under test."""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import cast

from PIL import ExifTags, Image, ImageCms

Colour = tuple[int, ...]

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
YELLOW, CYAN, MAGENTA = (255, 255, 0), (0, 255, 255), (255, 0, 255)
BLACK, WHITE = (0, 0, 0), (255, 255, 255)

BLOCK_PIXELS = 16
"""Side of a block: that of a JPEG unit with subsampled colour, so that blocks do not bleed."""


def blocks(rows: Sequence[Sequence[Colour]], mode: str = "RGB") -> Image.Image:
    """Draw a grid of coloured blocks."""
    image = Image.new(mode, (len(rows[0]), len(rows)))
    for y, row in enumerate(rows):
        for x, colour in enumerate(row):
            image.putpixel((x, y), colour)
    return image.resize(  # pyright: ignore[reportUnknownMemberType] # names numpy types
        (image.width * BLOCK_PIXELS, image.height * BLOCK_PIXELS), Image.Resampling.NEAREST
    )


def block_colours(image: Image.Image) -> list[list[Colour]]:
    """Return the colour in the middle of each block."""
    middle = BLOCK_PIXELS // 2
    return [
        [pixel(image, x + middle, y + middle) for x in range(0, image.width, BLOCK_PIXELS)]
        for y in range(0, image.height, BLOCK_PIXELS)
    ]


def pixel(image: Image.Image, x: int, y: int) -> Colour:
    value = image.getpixel((x, y))
    assert value is not None
    return value if isinstance(value, tuple) else (int(value),)


def are_close(one: Sequence[Sequence[Colour]], other: Sequence[Sequence[Colour]]) -> bool:
    """Return whether grids of colours are equal within the error of JPEG for plain colours."""
    return all(
        len(a) == len(b) and max(abs(x - y) for x, y in zip(a, b, strict=True)) <= 4
        for row, expected in zip(one, other, strict=True)
        for a, b in zip(row, expected, strict=True)
    )


def encode(
    image: Image.Image,
    image_format: str,
    *,
    orientation: int | None = None,
    icc_profile: bytes | None = None,
) -> bytes:
    """Encode with the least loss that the format allows."""
    exif = Image.Exif()
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
    output = BytesIO()
    match image_format:
        case "JPEG":
            image.save(output, "JPEG", quality=95, exif=exif, icc_profile=icc_profile)
        case "WEBP":
            image.save(output, "WEBP", lossless=True, exact=True, exif=exif)
        case _:
            image.save(output, image_format, exif=exif, icc_profile=icc_profile)
    return output.getvalue()


def png(
    size: tuple[int, int],
    rows: Sequence[bytes],
    *,
    bit_depth: int,
    colour_type: int,
    chunks: Sequence[tuple[bytes, bytes]] = (),
) -> bytes:
    """Write a PNG according to its specification: https://www.w3.org/TR/png-3/"""
    header = struct.pack(">IIBBBBB", *size, bit_depth, colour_type, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [(b"IHDR", header), *chunks, (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )


def profile_with_red_and_blue_swapped() -> bytes:
    """Return an sRGB profile with its tags rXYZ and bXYZ swapped: its red is sRGB's blue."""
    created = cast("object", ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType]
    srgb = ImageCms.ImageCmsProfile(created).tobytes()
    return (
        srgb.replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"????", b"bXYZ", 1)
    )
