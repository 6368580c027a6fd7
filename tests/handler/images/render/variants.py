"""Helpers that make variants and open rendered images, for several test modules."""

from io import BytesIO

from PIL import Image

from handler.images.variants.parsing import parse_variants
from handler.images.variants.variant import Variant


def variant(image_format: str, **keys: object) -> Variant:
    (parsed,) = parse_variants([{"name": "v", "format": image_format, **keys}])
    return parsed


def opened(data: bytes) -> Image.Image:
    """Decode, with the colours of a palette for its indices."""
    image = Image.open(BytesIO(data))
    if image.mode != "P":
        return image
    coloured = image.convert("RGBA" if image.has_transparency_data else "RGB")
    coloured.format = image.format
    return coloured
