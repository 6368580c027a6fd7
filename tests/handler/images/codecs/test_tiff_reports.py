"""TIFF files after public bug reports, whose tags are odd but whose pixels are clear."""

import struct
from collections.abc import Sequence
from io import BytesIO

import pytest
import pyvips
from PIL import Image

from handler.images.source.decode import decode
from handler.model.errors import Reason, Rejected
from tests.handler.images.codecs.tiff_files import (
    BLACK_IS_ZERO,
    CIELAB,
    CMYK,
    DEFLATE,
    RGB,
    YCBCR,
    Layout,
    tiff,
)
from tests.handler.images.source.decoding import MAX_PIXELS

WIDTH, HEIGHT = 16, 12
BITS, STRIP_BYTES, SUBSAMPLING = 258, 279, 530


def ramp(samples: int, bits: int = 8) -> list[float]:
    most = 2**bits - 1
    return [(each * 37 * most // 255) % (most + 1) for each in range(WIDTH * HEIGHT * samples)]


def without(data: bytes, tag: int) -> bytes:
    """Rename a tag of a little-endian TIFF, so that it is missing."""
    changed, found = bytearray(data), struct.pack("<H", tag)
    (start,) = struct.unpack_from("<I", data, 4)
    place = next(at for at in range(start + 2, len(data), 12) if data[at : at + 2] == found)
    changed[place : place + 2] = struct.pack("<H", 65_000)
    return bytes(changed)


def pixels_of(data: bytes) -> Sequence[Sequence[int]]:
    image = decode(data, MAX_PIXELS, accepted=("TIFF",)).pixels
    raw, bands = image.tobytes(), len(image.getbands())
    return [raw[at : at + bands] for at in range(0, len(raw), bands)]


def libvips_bands(data: bytes, bands: int) -> Sequence[Sequence[int]]:
    image = pyvips.Image.new_from_buffer(data, "").extract_band(0, n=bands)
    raw = (image / (257 if image.format == "ushort" else 1)).rint().cast("uchar").write_to_memory()
    raw = bytes(raw)
    return [raw[at : at + bands] for at in range(0, len(raw), bands)]


def plain(layout: Layout) -> bytes:
    return tiff(WIDTH, HEIGHT, ramp(layout.samples, layout.bits), layout)


REPORTS = {
    # python-pillow/Pillow#5114: satellite images, grey with two samples that no tag explains
    "grey of three samples": (plain(Layout(photometric=BLACK_IS_ZERO, samples=3, bits=16)), 1),
    # image-rs/image-tiff#301: RGB of eight samples
    "RGB of eight samples": (plain(Layout(photometric=RGB, samples=8, extra=(0,) * 5)), 3),
    "RGB of eight samples, no tag": (plain(Layout(photometric=RGB, samples=8)), 3),
    # python-pillow/Pillow#1602: 16-bit grey with alpha
    "grey and alpha of 16 bits": (
        plain(Layout(photometric=BLACK_IS_ZERO, samples=2, bits=16, extra=(2,))),
        2,
    ),
    # image-js/tiff#38: no StripByteCounts
    "no size of the only strip": (
        without(plain(Layout(photometric=RGB, samples=3, rows_per_strip=HEIGHT)), STRIP_BYTES),
        3,
    ),
    "no size of the only strip, and eight samples": (
        without(plain(Layout(photometric=RGB, samples=8, rows_per_strip=HEIGHT)), STRIP_BYTES),
        3,
    ),
    # libvips/libvips#1471: five samples, alpha in the fourth
    "alpha before another sample": (
        plain(Layout(photometric=RGB, samples=5, extra=(2, 0), bits=16)),
        4,
    ),
    # python-pillow/Pillow#6266: ExtraSamples that do not fit SamplesPerPixel
    "too many extra samples": (plain(Layout(photometric=RGB, samples=4, extra=(2, 0, 0))), 4),
    "an extra sample that is not there": (plain(Layout(photometric=RGB, samples=3, extra=(2,))), 3),
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
def test_odd_tags_do_not_condemn_a_picture(name: str) -> None:
    data, bands = REPORTS[name]
    found, expected = pixels_of(data), libvips_bands(data, bands)
    assert {len(each) for each in found} == {bands}
    assert all(
        abs(one - other) <= 1
        for got, wanted in zip(found, expected, strict=True)
        for one, other in zip(got, wanted, strict=True)
    )


@pytest.mark.parametrize("bits", [8, 16])
def test_cielab_of_8_and_16_bits_has_the_colours_of_libvips(bits: int) -> None:
    grey = [(level * (2**bits - 1) // 11, 0, 0) for level in range(12) for _ in range(WIDTH)]
    samples = [sample for pixel in grey for sample in pixel]
    data = tiff(WIDTH, HEIGHT, samples, Layout(photometric=CIELAB, samples=3, bits=bits))
    wide = tiff(WIDTH, HEIGHT, [sample * (65_535 // (2**bits - 1)) for sample in samples],
                Layout(photometric=CIELAB, samples=3, bits=16))  # fmt: skip
    judge = pyvips.Image.new_from_buffer(wide, "").colourspace("srgb").cast("uchar")
    expected = [judge.getpoint(0, y) for y in range(HEIGHT)]
    found = pixels_of(data)[::WIDTH]
    assert all(
        abs(one - other) <= 2
        for got, wanted in zip(found, expected, strict=True)
        for one, other in zip(got, wanted, strict=True)
    )


def test_uncompressed_ycbcr_with_subsampling_has_the_colours_of_libvips() -> None:
    # Units of 2 x 2 pixels: four of Y, then Cb and Cr. The writer has no units, so bytes are given.
    units = [
        value for y in range(6) for x in range(8) for value in (*[20 * x + 9 * y] * 4, 90, 170)
    ]
    layout = Layout(photometric=BLACK_IS_ZERO, rows_per_strip=HEIGHT,
                    more_tags=((SUBSAMPLING, 3, (2, 2)),))  # fmt: skip
    data = bytearray(tiff(len(units) // HEIGHT, HEIGHT, units, layout))
    (start,) = struct.unpack_from("<I", data, 4)
    for at in range(start + 2, len(data) - 4, 12):
        (tag,) = struct.unpack_from("<H", data, at)
        new = {256: WIDTH, 262: YCBCR, 277: 3}.get(tag)
        if new is not None:
            struct.pack_into("<I", data, at + 8, new)
        if tag == BITS:
            struct.pack_into("<I", data, at + 4, 1)
    found, expected = pixels_of(bytes(data)), libvips_bands(bytes(data), 3)
    assert all(
        abs(one - other) <= 2
        for got, wanted in zip(found, expected, strict=True)
        for one, other in zip(got, wanted, strict=True)
    )


@pytest.mark.parametrize(
    ("layout", "words"),
    [
        (Layout(photometric=CMYK, samples=5, extra=(1,)), "8-bit CMYK samples, 1 extra sample"),
        (Layout(photometric=32845, samples=3, bits=16), "16-bit LogLuv samples"),
        (Layout(photometric=32844, samples=1, bits=16), "16-bit LogL samples"),
        (Layout(photometric=10, samples=3), "8-bit ITULab samples"),
        (Layout(photometric=RGB, samples=3, compression=34887), "8-bit RGB samples, compression L"),
        (Layout(photometric=RGB, samples=3, sample_format=6, bits=64), "64-bit complex RGB sample"),
        (Layout(photometric=RGB, samples=17, bits=16), "16-bit RGB samples, 14 extra samples"),
    ],
)  # fmt: skip
def test_what_cannot_be_decoded_is_named(layout: Layout, words: str) -> None:
    with pytest.raises(Rejected) as caught:
        decode(plain(layout), MAX_PIXELS, accepted=("TIFF",))
    assert caught.value.reason is Reason.UNSUPPORTED_FORMAT
    assert f"the image is a TIFF with {words}" in caught.value.detail


def test_a_truncated_tiff_of_a_layout_that_pillow_lacks_is_damaged() -> None:
    whole = plain(Layout(photometric=RGB, samples=3, bits=10, compression=DEFLATE))
    data = bytearray(whole)
    data[8:40] = bytes(32)
    with pytest.raises(Rejected) as caught:
        decode(bytes(data), MAX_PIXELS, accepted=("TIFF",))
    assert caught.value.reason is Reason.DAMAGED


@pytest.mark.parametrize("compression", ["jpeg", "tiff_lzw", "raw"])
def test_a_number_may_have_the_type_of_a_byte(compression: str) -> None:
    output, byte, short = BytesIO(), 1, 3
    Image.linear_gradient("L").convert("RGB").save(output, "TIFF", compression=compression)
    file = output.getvalue()
    shorts = struct.pack("<HHIHH", 284, short, 1, 1, 0)
    assert shorts in file
    changed = file.replace(shorts, struct.pack("<HHIBBH", 284, byte, 1, 1, 0, 0))
    limit = 256 * 256
    image = decode(changed, limit, accepted=("TIFF",)).pixels
    assert image.tobytes() == decode(file, limit, accepted=("TIFF",)).pixels.tobytes()
