"""Formats are detected by their first bytes, and a rejection names the allowed ones."""

import pytest

from handler.images.input_formats import accepted_format
from handler.model.errors import Reason, Rejected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "WEBP"),
        (b"GIF87a", "GIF"),
        (b"GIF89a", "GIF"),
    ],
)
def test_accepted_formats_are_recognised(start: bytes, expected: str) -> None:
    assert accepted_format(start) == expected


@pytest.mark.parametrize(
    ("start", "named"),
    [
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf", "HEIF"),
        (b"8BPS\0\x01", "Photoshop"),
        (b"%PDF-1.7", "PDF"),
        (b"<svg xmlns=", "SVG"),
    ],
)
def test_other_images_are_named_with_what_is_accepted(start: bytes, named: str) -> None:
    with pytest.raises(Rejected) as caught:
        accepted_format(start)
    assert caught.value.reason is Reason.UNSUPPORTED_FORMAT
    assert caught.value.detail == f"the image is {named}: JPEG, PNG, WEBP and GIF are accepted"


@pytest.mark.parametrize(
    ("start", "named"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "AVIF"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf", "HEIC"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "AVIF"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"MM\0*\0\0\0\x08", "TIFF"),
        (b"II+\0\x08\0\0\0", "TIFF"),
        (b"MM\0+\0\x08\0\0", "TIFF"),
        (b"BM\x36\0\0\0", "BMP"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"),
        (b"\xff\x4f\xff\x51\0\x2f", "JPEG2000"),
    ],
)
def test_a_disabled_format_is_named_with_the_option_that_enables_it(
    start: bytes, named: str
) -> None:
    with pytest.raises(Rejected) as caught:
        accepted_format(start)
    assert caught.value.reason is Reason.UNSUPPORTED_FORMAT
    assert caught.value.detail == (
        f"the image is {named}: JPEG, PNG, WEBP and GIF are accepted; "
        f"the option inputFormats can add {named}"
    )
    assert accepted_format(start, ("JPEG", named)) == named


def test_a_format_accepted_by_default_can_be_disabled() -> None:
    with pytest.raises(Rejected) as caught:
        accepted_format(b"GIF89a", ("JPEG",))
    assert caught.value.detail == (
        "the image is GIF: JPEG is accepted; the option inputFormats can add GIF"
    )


@pytest.mark.parametrize(
    "start", [b"h", b"hello", b"RIFF\x24\0\0\0WAVEfmt ", b"\0\0\0\x18ftypmp42", b"\xff\xd8"]
)
def test_other_files_are_not_images(start: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        accepted_format(start)
    assert caught.value.reason is Reason.NOT_AN_IMAGE
