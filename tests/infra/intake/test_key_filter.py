"""Proves how filters combine and what overlaps, on cases from the pages of AWS."""

import pytest

from infra.intake.key_filter import (
    KeyFilter,
    event_pattern,
    overlapping_prefixes,
    overlapping_suffixes,
)


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


def test_any_key_will_do_without_filters() -> None:
    assert list(KeyFilter().pairs()) == [("", "")]
    assert event_pattern("uploads", KeyFilter())["detail"] == {"bucket": {"name": ["uploads"]}}


def test_an_asterisk_in_a_filter_is_meant_literally() -> None:
    pattern = event_pattern("uploads", KeyFilter(prefixes=["a*b\\"], suffixes=[".jpg"]))
    assert pattern["detail"] == {
        "bucket": {"name": ["uploads"]},
        "object": {"key": [{"wildcard": "a\\*b\\\\*.jpg"}]},
    }
