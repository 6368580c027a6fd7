"""Write the default images of the demo: photographs, and images that are hard to process."""

import io
import struct
import zlib
from pathlib import Path

from PIL import ExifTags, Image, ImageDraw

PHOTOGRAPHS = Path(__file__).resolve().parent / "photographs"

BOMB_SIDE_PIXELS = 20_000
"""400 megapixels, far above any limit, in about 50 kB."""


def write_samples(folder: Path) -> None:
    """Fill a folder with the photographs and the generated images."""
    for source in sorted(PHOTOGRAPHS.glob("*.jpg")):
        _write(folder / "photographs" / source.name, source.read_bytes())
    _write_pictures(folder / "edge cases")
    _write_awkward_names(folder)
    _write_rejected(folder / "rejected")


def _write_pictures(folder: Path) -> None:
    """Write images that naive code would rotate, blacken, clip or flatten."""
    coffee = Image.open(PHOTOGRAPHS / "coffee.jpg")
    _write(folder / "sideways phone.jpg", _sideways(coffee))
    _write(folder / "transparent.png", _encoded(_badge(), "PNG"))
    _write(folder / "palette.png", _encoded(coffee.quantize(32), "PNG"))
    _write(folder / "grey 16 bit.png", _encoded(_grey_ramp(), "PNG"))
    _write(folder / "cmyk.jpg", _encoded(coffee.convert("CMYK"), "JPEG"))
    _write(folder / "lossless.webp", _encoded(_badge(), "WEBP", lossless=True))
    frames = [_badge(angle) for angle in range(0, 360, 45)]
    animation = {"save_all": True, "append_images": frames[1:], "duration": 100, "loop": 0}
    _write(folder / "animated.gif", _encoded(frames[0], "GIF", **animation))


def _write_awkward_names(folder: Path) -> None:
    """Write names that events encode, and names that must not lead to the same output key."""
    chelsea = Image.open(PHOTOGRAPHS / "chelsea.jpg")
    small = chelsea.reduce(2)
    jpeg, png = _encoded(small, "JPEG"), _encoded(small, "PNG")
    for name in ("x.jpg", "x.JPG", "copy/x.jpg"):
        _write(folder / "same name" / name, jpeg)
    _write(folder / "same name" / "x.png", png)
    for name in ("50% off + tax.jpg", "blåbær & 猫 🐈.jpg"):
        _write(folder / "odd names" / name, jpeg)


def _write_rejected(folder: Path) -> None:
    """Write files that must be rejected with a reason."""
    photograph = (PHOTOGRAPHS / "rocket.jpg").read_bytes()
    _write(folder / "truncated.jpg", photograph[: len(photograph) // 2])
    _write(folder / "empty.jpg", b"")
    _write(folder / "text.jpg", b"This is text, despite the name of the file.\n")
    _write(folder / "bomb.png", bomb_png())


def bomb_png(side_pixels: int = BOMB_SIDE_PIXELS) -> bytes:
    """Return a small, valid PNG of one bit per pixel that takes enormous memory to decode."""
    row = bytes(1 + side_pixels // 8)
    compressor = zlib.compressobj(9)
    pixels = b"".join(compressor.compress(row) for _ in range(side_pixels)) + compressor.flush()
    header = struct.pack(">IIBBBBB", side_pixels, side_pixels, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, data) for kind, data in chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _sideways(image: Image.Image) -> bytes:
    """Encode an image as a phone held upright does: rotated pixels and an EXIF orientation."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Imaginary"
    exif[ExifTags.Base.Model] = "Phone 1"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:05:17 10:31:02"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (59.0, 54.0, 50.0),
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: (10.0, 45.0, 8.0),
        }
    )
    return _encoded(image.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif)


def _badge(angle: float = 0) -> Image.Image:
    """Draw a disc with a half transparent segment on a transparent background."""
    image = Image.new("RGBA", (320, 320))
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 20, 300, 300), fill=(30, 120, 220, 255))
    draw.pieslice((20, 20, 300, 300), angle, angle + 60, fill=(250, 180, 20, 128))
    return image


def _grey_ramp() -> Image.Image:
    """Return a 16-bit ramp from black to white; clipping to 8 bits would make most of it white."""
    row = struct.pack("<512H", *(column * 128 for column in range(512)))
    return Image.frombytes("I;16", (512, 256), row * 256)


def _encoded(image: Image.Image, image_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
