"""Small files that the tests of the corpus command process."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image


def gradient(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Return a picture whose tiles all differ."""
    ramp = ramp_of(size)
    return Image.merge("RGB", (ramp, ramp.rotate(180), Image.new("L", size, 90)))


def ramp_of(size: tuple[int, int]) -> Image.Image:
    """Return a picture that gets lighter from top to bottom, in mode L."""
    ramp = Image.linear_gradient("L")
    return ramp.resize(size)  # pyright: ignore[reportUnknownMemberType] # names numpy types


def file_of(image: Image.Image, image_format: str, **options: object) -> bytes:
    """Encode an image."""
    output = BytesIO()
    image.save(output, image_format, **options)
    return output.getvalue()


def animation(colours: Sequence[str]) -> bytes:
    """Return a GIF with a frame of each colour."""
    first, *others = (Image.new("RGB", (20, 10), colour) for colour in colours)
    return file_of(first, "GIF", save_all=True, append_images=others, duration=100)
