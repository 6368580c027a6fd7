"""Proves how filters combine, on cases from the pages of AWS."""

from infra.intake.key_filter import KeyFilter, event_pattern


def test_any_key_will_do_without_filters() -> None:
    assert list(KeyFilter().pairs()) == [("", "")]
    assert event_pattern("uploads", KeyFilter())["detail"] == {"bucket": {"name": ["uploads"]}}


def test_an_asterisk_in_a_filter_is_meant_literally() -> None:
    pattern = event_pattern("uploads", KeyFilter(prefixes=["a*b\\"], suffixes=[".jpg"]))
    assert pattern["detail"] == {
        "bucket": {"name": ["uploads"]},
        "object": {"key": [{"wildcard": "a\\*b\\\\*.jpg"}]},
    }
