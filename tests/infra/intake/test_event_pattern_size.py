"""Proves that what a pattern of EventBridge may hold is measured on the pattern itself."""

import json

from infra.config.event_wildcards import REST_OF_PATTERN, surplus_characters, wildcards
from infra.intake.key_filter import KeyFilter, event_pattern


def test_the_rest_of_a_pattern_is_at_most_as_long_as_is_taken_for_it() -> None:
    keys = KeyFilter(prefixes=["photos/"], suffixes=[".jpg"], removals=True)
    pattern = json.dumps(event_pattern("b" * 63, keys))
    rest = len(pattern) - len(json.dumps(wildcards(keys.pairs())))
    assert REST_OF_PATTERN - 20 < rest <= REST_OF_PATTERN


def test_a_pattern_may_have_2048_characters() -> None:
    room = 2048 - REST_OF_PATTERN - len('[{"wildcard": "*"}]')
    assert surplus_characters([("x" * room, "")]) == 0
    assert surplus_characters([("x" * (room + 1), "")]) == 1
