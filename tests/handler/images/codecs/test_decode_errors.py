"""Exceptions of decoders reject a file; hostile values in a file do not break our own code."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from handler.images.codecs.decode_errors import DECODER_ERRORS, DecodeError, call_decoder
from handler.images.input_formats import READABLE
from handler.images.policy import ImagePolicy
from handler.images.source.decode import decode
from handler.images.source.header import read_header
from handler.model.byte_ranges import ByteRanges
from handler.model.errors import Reason
from handler.model.facts import ImageFacts
from tests.handler.pictures import png


def raising(error: Exception) -> Callable[[], object]:
    def call() -> object:
        raise error

    return call


@pytest.mark.parametrize("kind", DECODER_ERRORS)
def test_an_exception_of_a_decoder_is_reported_as_damage_with_its_cause(
    kind: type[Exception],
) -> None:
    error = kind("a reason\nof two lines")
    with pytest.raises(DecodeError) as caught:
        call_decoder(raising(error))
    assert caught.value.reason is Reason.DAMAGED
    assert caught.value.__cause__ is error
    assert caught.value.detail.endswith("a reason of two lines") or kind is KeyError


def test_too_little_memory_is_not_damage() -> None:
    with pytest.raises(MemoryError):
        call_decoder(raising(MemoryError()))


def test_a_png_whose_header_is_not_its_first_chunk_has_no_known_depth() -> None:
    # At the offset of the bit depth is a 0 of another chunk, by which samples cannot be scaled.
    grey = png((1, 1), [b"\x07"], bit_depth=8, colour_type=0, chunks=[(b"tRNS", b"\0\7")])
    text = b"a\0" + bytes(40)
    chunk = struct.pack(">I", len(text)) + b"tEXt" + text
    data = grey[:8] + chunk + struct.pack(">I", zlib.crc32(chunk[4:])) + grey[8:]
    image = decode(data, 100)
    assert "bit_depth" not in image.details
    assert image.pixels.tobytes() == bytes((7, 0))


def tiff(resolution: tuple[int, int, bytes]) -> bytes:
    """Write a TIFF of one white pixel: https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf

    Args:
        resolution: Type and count of XResolution and YResolution, and the bytes of their value.
    """
    kind, count, value = resolution
    after = 8 + 2 + 10 * 12 + 4
    entries = [
        *((256, 3, 1, 1), (257, 3, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)),
        *((273, 4, 1, after + len(value)), (279, 4, 1, 1)),
        *((282, kind, count, after), (283, kind, count, after), (296, 3, 1, 2)),
    ]
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\0" + struct.pack("<IH", 8, len(entries))
    return head + directory + bytes(4) + value + b"\xff"


@pytest.mark.parametrize(
    ("resolution", "dpi"),
    [
        ((5, 1, struct.pack("<II", 300, 1)), [300.0, 300.0]),
        ((5, 1, struct.pack("<II", 300, 0)), None),
        ((2, 8, b"no dots\0"), None),
        ((7, 8, b"no dots!"), None),
    ],
)
def test_a_resolution_can_be_of_any_type(
    resolution: tuple[int, int, bytes], dpi: list[float] | None
) -> None:
    image = decode(tiff(resolution), 100, accepted=READABLE)
    assert image.details.get("dpi") == dpi
    assert image.pixels.tobytes() == b"\xff"


def test_a_webp_that_ends_in_its_first_chunk_is_damaged() -> None:
    data = b"RIFF\x0c\0\0\0WEBPVP8X\x0a\0\0\0"
    with pytest.raises(DecodeError):
        read_header(ByteRanges(size_bytes=20).adding(0, data), max_pixels=100, policy=ImagePolicy())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB"])
def test_a_header_and_the_pixels_of_every_mode_can_be_read(mode: str) -> None:
    output = BytesIO()
    Image.new(mode, (8, 8)).save(output, "TIFF")
    parts = ByteRanges(size_bytes=len(output.getvalue())).adding(0, output.getvalue())
    found = read_header(parts, max_pixels=100, policy=ImagePolicy(input_formats=READABLE))
    assert isinstance(found, ImageFacts)
    assert found.mode == mode
    assert decode(output.getvalue(), 100, accepted=READABLE).mode == mode
