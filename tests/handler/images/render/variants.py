"""Helpers that make variants and open rendered images, for several test modules."""

from io import BytesIO

from PIL import Image

from handler.images.variants.parsing import parse_variants
from handler.images.variants.variant import Variant


def variant(image_format: str, **keys: object) -> Variant:
    (parsed,) = parse_variants([{"name": "v", "format": image_format, **keys}])
    return parsed


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))
