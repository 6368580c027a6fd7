"""What Pillow raises, as a verdict on the file."""

import warnings
from collections.abc import Generator
from contextlib import contextmanager

from PIL import Image

from handler.images.metadata.exif import printable
from handler.model.errors import PARSER_ERRORS, Reason, Rejected

_MAX_DETAIL_BYTES = 200


@contextmanager
def decode_errors(max_pixels: int) -> Generator[None]:
    """Turn what Pillow raises into a verdict, and keep its warnings about bad files to itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Rejected(
                Reason.TOO_MANY_PIXELS, f"{_said(error)}; at most {max_pixels} are allowed"
            ) from error
        except MemoryError:  # says nothing of the bytes, but of what is left for them
            raise
        except PARSER_ERRORS as error:
            raise Rejected(
                Reason.DAMAGED, f"the image cannot be decoded: {_said(error)}"
            ) from error


def _said(error: Exception) -> str:
    return printable(f"{type(error).__name__}: {error}", _MAX_DETAIL_BYTES)
