"""The images of watermarks, as they were deployed beside the handler."""

import hashlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from PIL import Image

from handler.config.settings import SettingsError
from handler.contract import WATERMARKS_FOLDER
from handler.images.render.watermark_overlay import Marks
from handler.images.source.decode_errors import DecodeError, call_decoder
from handler.images.source.parsers import load_parser
from handler.images.variants.parsing import Variant

FOLDER = Path(__file__).resolve().parent.parent.parent / WATERMARKS_FOLDER
"""Where `infra.functions.packaging` puts them in the function's archive."""


def load_watermark_images(variants: Iterable[Variant], folder: Path = FOLDER) -> Marks:
    """Read and decode all that the variants need: once, for many invocations.

    Raises:
        SettingsError: If one is missing or is not what the stack was previewed with. Nothing is
            processed then, and nobody's upload is rejected for it.
    """
    wanted = {
        variant.watermark.content: variant.watermark.image
        for variant in variants
        if variant.watermark is not None and variant.watermark.content is not None
    }
    marks: dict[str, Image.Image] = {}
    problems: list[str] = []
    load_parser("PNG")
    for content, name in wanted.items():
        try:
            data = (folder / f"{content}.png").read_bytes()
            opened = call_decoder(Image.open, BytesIO(data), formats=["PNG"])
            marks[content] = call_decoder(opened.convert, "RGBA")
        except (OSError, DecodeError) as error:
            problems.append(f"watermark {name} cannot be read: {error}")
        else:
            if not hashlib.sha256(data).hexdigest().startswith(content):
                problems.append(f"watermark {name} is not the one that was deployed")
    if problems:
        raise SettingsError(problems)
    return marks
