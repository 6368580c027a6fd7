"""TIFF files of any layout of samples are read as libvips reads them, or refused by their layout.

libvips reads with libtiff. What it does not read is compared with the samples that were written.
"""

import pytest

from handler.images.codecs.parsers import open_image
from handler.images.source.depth import to_eight_bits
from handler.model.errors import Reason, Rejected
from tests.handler.images.codecs.tiff_files import (
    Layout,
    tiff,
)
from tests.handler.images.codecs.tiff_members import (
    HEIGHT,
    WIDTH,
    by_specification,
    expected_channels,
    generated,
    is_read_by_libvips,
    is_refused,
    samples_of,
    seen_by_libvips,
)

MEMBERS, PARTS = 400, 8
NEARLY_ONE_LEVEL = 1.001


def shown_channels(data: bytes) -> list[bytes]:
    """Return colours and alpha of each pixel by the code under test."""
    image = open_image(data, "TIFF")
    image.load()
    shown = to_eight_bits(image, sample_bits=8)
    assert shown.size == (WIDTH, HEIGHT)
    raw, bands = shown.tobytes(), len(shown.getbands())
    return [raw[start : start + bands] for start in range(0, len(raw), bands)]


def errors_of(layout: Layout, seed: int) -> list[float]:
    """Return the difference of each sample from what is expected, in levels of 255."""
    written = samples_of(layout, seed)
    data = tiff(WIDTH, HEIGHT, [sample for pixel in written for sample in pixel], layout)
    got = shown_channels(data)
    if is_read_by_libvips(layout):
        expected = expected_channels(seen_by_libvips(data, layout), layout, is_divided=True)
    else:
        expected = expected_channels(by_specification(written, layout), layout, is_divided=False)
    assert {len(pixel) for pixel in got} == {len(pixel) for pixel in expected}
    return [
        abs(one - other)
        for shown, wanted in zip(got, expected, strict=True)
        for one, other in zip(shown, wanted, strict=True)
    ]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_layout_is_read_as_libvips_reads_it_or_refused_by_its_name(part: int) -> None:
    read, refused = 0, 0
    for seed in range(part, MEMBERS, PARTS):
        layout = generated(seed)
        if is_refused(layout):
            with pytest.raises(Rejected) as caught:
                errors_of(layout, seed)
            assert caught.value.reason is Reason.UNSUPPORTED_FORMAT, layout
            assert f"a TIFF with {layout.bits}-bit " in caught.value.detail
            refused += 1
        else:
            assert max(errors_of(layout, seed)) <= NEARLY_ONE_LEVEL, (seed, layout)
            read += 1
    assert read > refused > 0
