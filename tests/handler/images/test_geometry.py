"""Crop, scale and canvas agree with sizes calculated by hand."""

import pytest

from handler.images.geometry import Fit, Layout, Size, lay_out

Box = tuple[int | None, int | None]


@pytest.mark.parametrize(
    ("source", "box", "expected"),
    [
        ((1800, 1200), (150, 150), (150, 100)),
        ((1200, 1800), (150, 150), (100, 150)),
        ((1800, 1200), (150, None), (150, 100)),
        ((1800, 1200), (None, 100), (150, 100)),
        ((1800, 1200), (None, None), (1800, 1200)),
        ((100, 80), (150, 150), (100, 80)),
        ((150, 150), (150, 150), (150, 150)),
        ((151, 150), (150, 150), (150, 149)),
        ((10_000, 1), (150, 150), (150, 1)),
        ((1, 10_000), (150, 150), (1, 150)),
    ],
)
def test_a_picture_is_shrunk_into_its_box_and_never_enlarged(
    source: Size, box: Box, expected: Size
) -> None:
    layout = lay_out(source, box, max_side=16_384)
    assert layout == Layout(crop=(0, 0, *source), size=expected, canvas=expected)
    assert layout.shrinks is (expected != source)


@pytest.mark.parametrize(
    ("source", "box", "expected"),
    [
        ((100, 80), (150, 150), (150, 120)),
        ((100, 80), (None, 160), (200, 160)),
        ((100, 80), (50, 50), (50, 40)),
        ((100, 80), (None, None), (100, 80)),
    ],
)
def test_a_picture_is_enlarged_to_its_box_if_allowed(
    source: Size, box: Box, expected: Size
) -> None:
    assert lay_out(source, box, enlarge=True, max_side=16_384).size == expected


@pytest.mark.parametrize(
    ("source", "box", "crop", "size"),
    [
        # 1800 x 1200 as a square: 300 off each side
        ((1800, 1200), (150, 150), (300, 0, 1500, 1200), (150, 150)),
        # 1200 x 1800 as 2:1: 1200 x 600, 600 off above and below
        ((1200, 1800), (400, 200), (0, 600, 1200, 1200), (400, 200)),
        # too small for the box, so as large a 2:1 as there is
        ((100, 80), (400, 200), (0, 15, 100, 65), (100, 50)),
        ((150, 150), (150, 150), (0, 0, 150, 150), (150, 150)),
        # a third of a pixel on either side
        ((7, 5), (4, 3), (0.1667, 0, 6.8333, 5), (4, 3)),
    ],
)
def test_the_middle_of_a_picture_covers_its_box(
    source: Size, box: Size, crop: tuple[float, ...], size: Size
) -> None:
    layout = lay_out(source, box, fit=Fit.COVER, max_side=16_384)
    assert layout.crop == pytest.approx(crop, abs=0.0001)
    assert layout.size == layout.canvas == size


def test_a_small_picture_covers_its_box_if_enlarging_is_allowed() -> None:
    layout = lay_out((100, 80), (400, 200), fit=Fit.COVER, enlarge=True, max_side=16_384)
    assert (layout.crop, layout.size) == ((0, 15, 100, 65), (400, 200))


@pytest.mark.parametrize(
    ("source", "enlarge", "size"),
    [
        ((1800, 1200), False, (150, 100)),
        ((60, 30), False, (60, 30)),
        ((60, 30), True, (150, 75)),
    ],
)
def test_a_picture_is_contained_in_a_canvas_of_the_size_of_its_box(
    source: Size, enlarge: bool, size: Size
) -> None:
    layout = lay_out(source, (150, 150), fit=Fit.CONTAIN, enlarge=enlarge, max_side=16_384)
    assert (layout.crop, layout.size, layout.canvas) == ((0, 0, *source), size, (150, 150))


@pytest.mark.parametrize("fit", Fit)
def test_a_size_beyond_the_limits_of_the_format_is_shrunk(fit: Fit) -> None:
    layout = lay_out((400, 200), (300, 300), fit=fit, enlarge=True, max_side=100)
    assert max(layout.canvas) == 100
