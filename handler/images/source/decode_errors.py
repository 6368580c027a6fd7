"""Calls into decoders: what one raises on a bad file is reported as `DecodeError`.

Only the call itself is guarded. What code of ours raises is a defect, which says nothing of the
file: the upload is retried, and not rejected.
"""

import struct
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from PIL import Image, ImageCms

from handler.images.metadata.text import printable
from handler.model.errors import Reason, Rejected

DECODER_ERRORS: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ImageCms.PyCMSError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What decoders raise on hostile bytes, as seen on some 7,000 broken and fuzzed files.

`MemoryError` is none of them: it says nothing of the bytes, but of what is left for them.
"""

_MAX_DETAIL_BYTES = 200

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class DecodeError(Rejected):
    """Raised when a decoder cannot read a file, or a part of it: rejected as `damaged`."""

    def __init__(self, detail: str) -> None:
        super().__init__(Reason.DAMAGED, detail)


class CallbackDefect(BaseException):
    """Raised in place of what code of ours raised while a decoder called it.

    No `Exception`, so that no decoder takes it for bad data.

    Attributes:
        error: The defect.
    """

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(f"{type(error).__name__}: {error}")


def call_decoder(
    call: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Call a function of a decoder on a file.

    Raises:
        DecodeError: If it cannot read the file.
        MemoryError: If there is too little memory.
    """
    try:
        return call(*args, **kwargs)
    except DECODER_ERRORS as error:
        raise DecodeError(f"the image cannot be decoded: {_described(error)}") from error


@contextmanager
def called_by_decoder() -> Generator[None]:
    """Keep a defect in what a decoder calls from being taken for a bad file."""
    try:
        yield
    except DECODER_ERRORS as error:
        raise CallbackDefect(error) from error


@contextmanager
def refusing_bombs(max_pixels: int) -> Generator[None]:
    """Reject what Pillow takes for a decompression bomb, and silence all else that it warns of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Rejected(
                Reason.TOO_MANY_PIXELS, f"{_described(error)}; at most {max_pixels} are allowed"
            ) from error


def _described(error: Exception) -> str:
    return printable(f"{type(error).__name__}: {error}", _MAX_DETAIL_BYTES)
