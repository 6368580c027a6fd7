"""Helpers that decode small files, for several test modules."""

from pathlib import Path

import pytest

from handler.images.source.decode import SourceImage, decode
from handler.model.errors import Rejected
from tests.handler.pictures import BLUE, CYAN, GREEN, MAGENTA, RED, YELLOW

FILES = Path(__file__).resolve().parent.parent.parent / "files"
MAX_PIXELS = 100_000
UPRIGHT = [[RED, GREEN, BLUE], [YELLOW, CYAN, MAGENTA]]


def decoded(data: bytes) -> SourceImage:
    return decode(data, MAX_PIXELS)


def rejection_of(data: bytes, max_pixels: int = MAX_PIXELS) -> Rejected:
    with pytest.raises(Rejected) as caught:
        decode(data, max_pixels)
    return caught.value
