"""Proves that differences of pictures are measured, also in a small part and in the alpha."""

import pytest
from PIL import Image

from corpus.difference import difference
from tests.corpus.files import gradient


def test_equal_pictures_do_not_differ() -> None:
    found = difference(gradient(), gradient().convert("RGBA"))
    assert (found.mean, found.tile, found.is_small) == (0, 0, True)


def test_the_mean_is_that_of_the_channel_that_differs_most() -> None:
    found = difference(Image.new("RGB", (40, 40), (10, 20, 30)), Image.new("RGB", (40, 40)))
    assert (found.mean, found.tile, found.is_small) == (30, 30, False)


@pytest.mark.parametrize(("amount", "is_small"), [(2, True), (3, False)])
def test_rounding_is_no_difference(amount: int, *, is_small: bool) -> None:
    first = Image.new("RGB", (40, 40), (100, 100, 100))
    second = Image.new("RGB", (40, 40), (100, 100 + amount, 100))
    assert difference(first, second).is_small == is_small


def test_a_fault_in_one_tile_of_a_large_picture_is_found() -> None:
    first = Image.new("RGB", (640, 640), "white")
    second = first.copy()
    second.paste("black", (32, 32, 48, 48))
    found = difference(first, second)
    assert found.mean == pytest.approx(255 * 256 / 640**2)
    assert (found.mean < 1, found.tile, found.is_small) == (True, 255, False)


def test_transparent_and_white_differ_by_their_alpha_and_hidden_colours_do_not_count() -> None:
    clear = Image.new("RGBA", (8, 8), (255, 255, 255, 0))
    assert difference(clear, Image.new("RGB", (8, 8), "white")).mean == 255
    assert difference(clear, Image.new("RGBA", (8, 8), (200, 0, 0, 0))).mean == 0
