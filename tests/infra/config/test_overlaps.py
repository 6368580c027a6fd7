"""Proves what overlaps, on cases from the pages of AWS."""

import pytest

from infra.config.overlaps import overlapping_prefixes, overlapping_suffixes


@pytest.mark.parametrize(
    ("prefixes", "overlaps"),
    [
        ([], []),
        (["images/", "videos/"], []),
        (["images/", "images/raw/"], [(0, 1)]),
        (["a/b/c/", "a/b/", "x/", "a/"], [(3, 0), (3, 1)]),
        (["a", "a"], [(0, 1)]),
    ],
)
def test_prefixes_overlap_when_one_begins_with_another(
    prefixes: list[str], overlaps: list[tuple[int, int]]
) -> None:
    assert overlapping_prefixes(prefixes) == overlaps


def test_suffixes_overlap_when_one_ends_with_another_and_case_counts() -> None:
    assert overlapping_suffixes([".jpg", "photo.jpg"]) == [(0, 1)]
    assert overlapping_suffixes([".jpg", ".JPG", ".jpeg"]) == []
