"""Which errors of encoders are about memory. All others are defects.

The texts are those of Pillow 13, as seen with every encoder under limits of the address space.
"""

import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_ENCODER_ERRORS = (OSError, RuntimeError, SystemError, ValueError)
"""What encoders raise when they fail, beside `MemoryError`."""

_OUT_OF_MEMORY = re.compile(
    r"out of memory"
    # VP8_ENC_ERROR_OUT_OF_MEMORY, _BITSTREAM_OUT_OF_MEMORY and _BAD_WRITE, as what is written to is
    # memory: https://chromium.googlesource.com/webm/libwebp/+/main/src/webp/encode.h
    r"|(encoding error|WebPEncodingError:) [128]\b"
    # WEBP_MUX_MEMORY_ERROR of mux.h there
    r"|(WebPMuxError|assembling WebP): -3\b",
    re.IGNORECASE,
)

UNEXPLAINED_JPEG = "broken data stream"
"""What Pillow says of every error of libjpeg."""

_UNEXPLAINED = re.compile(
    f"{UNEXPLAINED_JPEG}"
    "|quantization error"
    "|codec configuration error"
    "|could not create encoder object"
    "|encoder returned None"
    "|Encoding of (color planes|alpha plane) failed"
    "|error return without exception set"
)
"""What encoders say when an allocation failed, and at other times too."""

_MOST_BYTES_PER_PIXEL = 64
"""More than any encoder takes: the greediest, of AVIF with transparency, took 48."""
_MOST_FIXED_BYTES = 64 * 1024 * 1024
"""More than any takes for the smallest picture, most of it for threads."""


Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def call_encoder(
    pixels: int,
    call: Callable[Arguments, Result],
    /,
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Result:
    """Call a function of an encoder.

    Args:
        pixels: How many it encodes, of all frames.
        call: The function.

    Raises:
        MemoryError: If there is too little memory.
    """
    try:
        return call(*args, **kwargs)
    except _ENCODER_ERRORS as error:
        if _is_about_memory(str(error), pixels):
            raise MemoryError(f"encoder: {error}") from error
        raise


def _is_about_memory(text: str, pixels: int) -> bool:
    """Say whether an encoder failed for too little memory.

    One that gives no cause did if, now that it has ended, there is less than an encoder can take.
    """
    if _OUT_OF_MEMORY.search(text):
        return True
    most_bytes = _MOST_FIXED_BYTES + pixels * _MOST_BYTES_PER_PIXEL
    return bool(_UNEXPLAINED.search(text)) and not _is_left(most_bytes)


def _is_left(size_bytes: int) -> bool:
    """Say whether there is so much memory; pages that nothing is written to are not taken."""
    try:
        bytes(size_bytes)
    except MemoryError:
        return False
    return True
