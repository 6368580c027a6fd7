"""Calls into decoders, whose exceptions on bad files are raised as `DecodeError`.

Only the call itself is guarded. An exception in our own code is a defect and says nothing about the
file: the upload is retried, not rejected.
"""

import struct
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from PIL import Image, ImageCms

from handler.model.errors import Reason, Rejected
from handler.model.printable import printable

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
"""Exceptions of decoders on hostile bytes, as seen on some 7,000 broken and fuzzed files.

`MemoryError` is not one of them: it is about the available memory and not about the file.
"""

_MAX_DETAIL_BYTES = 200

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class DecodeError(Rejected):
    """Raised when a decoder cannot read a file or a part of it: rejected as `damaged`."""

    def __init__(self, detail: str) -> None:
        super().__init__(Reason.DAMAGED, detail)


class CallbackDefect(BaseException):
    """Raised in place of an exception of our own code in a callback from a decoder.

    Not an `Exception`, so that no decoder handles it as bad data.
    """

    error: Exception
    """The defect."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(f"{type(error).__name__}: {error}")


def call_decoder(
    call: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Call a function of a decoder.

    Raises:
        DecodeError: If the decoder cannot read the file.
        MemoryError: If there is too little memory.
    """
    try:
        return call(*args, **kwargs)
    except DECODER_ERRORS as error:
        raise DecodeError(f"the image cannot be decoded: {_described(error)}") from error


@contextmanager
def called_by_decoder() -> Generator[None]:
    """Keep a defect in a callback from a decoder from being reported as a bad file."""
    try:
        yield
    except DECODER_ERRORS as error:
        raise CallbackDefect(error) from error


@contextmanager
def refusing_bombs(max_pixels: int) -> Generator[None]:
    """Reject decompression bombs as Pillow detects them, and silence its other warnings.

    Pillow's limit is raised to `max_pixels`, if that is higher.
    """
    with _pillow_accepting(max_pixels), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Rejected(
                Reason.TOO_MANY_PIXELS, f"{_described(error)}; at most {max_pixels} are allowed"
            ) from error


@contextmanager
def _pillow_accepting(max_pixels: int) -> Generator[None]:
    """Let Pillow decode images of so many pixels, by a global that is reset afterwards."""
    usual = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = max(max_pixels, usual or 0)
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = usual


def _described(error: Exception) -> str:
    return printable(f"{type(error).__name__}: {error}", _MAX_DETAIL_BYTES)
