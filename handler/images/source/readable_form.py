"""Forms of damaged files that can be decoded."""

from collections.abc import Generator
from contextlib import contextmanager

from PIL import ImageFile

from handler.images.codecs.decode_errors import DecodeError
from handler.images.codecs.parsers import open_image
from handler.images.source.jpeg_end import has_end, with_missing_end
from handler.images.source.metadata_removal import without_metadata
from handler.images.source.png_cleaning import clean_png


def readable_form(data: bytes, source_format: str) -> tuple[bytes, str | None]:
    """Return a file without faults that no pixel depends on, and a description of them.

    Raises:
        DecodeError: If pixels are missing, as far as that is known before decoding.
    """
    if source_format == "PNG":
        cleaned = clean_png(data)
        return cleaned.data, cleaned.damage
    if source_format == "JPEG" and not has_end(data):
        complete = with_missing_end(data)
        if complete is None:
            raise DecodeError("the file is cut: its end and a part of the picture are missing")
        return complete, "the end of the file is missing"
    return data, None


def bare_form(data: bytes, source_format: str) -> bytes:
    """Return a file without metadata that keep it from being opened; the same object if it can be
    opened, or has none.
    """
    try:
        open_image(data, source_format)
    except DecodeError:
        return without_metadata(data, source_format)
    return data


@contextmanager
def truncated_images_allowed() -> Generator[None]:
    """Let Pillow decode damaged files as far as possible, by a global that is reset afterwards."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
