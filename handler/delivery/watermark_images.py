"""Watermark images from the function's archive."""

import hashlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from PIL import Image

from handler.config.settings import SettingsError
from handler.contract import WATERMARKS_FOLDER
from handler.images.codecs.decode_errors import DecodeError, call_decoder
from handler.images.codecs.parsers import load_parser
from handler.images.render.watermark_overlay import WatermarkImages
from handler.images.variants.variant import Variant

FOLDER = Path(__file__).resolve().parent.parent.parent / WATERMARKS_FOLDER
"""Folder that `infra.functions.packaging` adds to the function's archive."""


def load_watermark_images(variants: Iterable[Variant], folder: Path = FOLDER) -> WatermarkImages:
    """Read and decode all watermark images of the variants, once per execution environment.

    Raises:
        SettingsError: If an image is missing, or differs from the one at the last preview. The
            function then fails to start, so that no upload is rejected because of it.
    """
    wanted = {
        variant.watermark.content: variant.watermark.image
        for variant in variants
        if variant.watermark is not None and variant.watermark.content is not None
    }
    images: dict[str, Image.Image] = {}
    problems: list[str] = []
    load_parser("PNG")
    for content, name in wanted.items():
        try:
            data = (folder / f"{content}.png").read_bytes()
            opened = call_decoder(Image.open, BytesIO(data), formats=["PNG"])
            images[content] = call_decoder(opened.convert, "RGBA")
        except (OSError, DecodeError) as error:
            problems.append(f"watermark {name} cannot be read: {error}")
        else:
            if not hashlib.sha256(data).hexdigest().startswith(content):
                problems.append(f"watermark {name} is not the one that was deployed")
    if problems:
        raise SettingsError(problems)
    return images
