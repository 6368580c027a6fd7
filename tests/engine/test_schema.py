"""Proves what Terraform's core proposes, and which values count as the same."""

from typing import Any

from engine.terraform.schema import (
    LIST,
    SET,
    SINGLE,
    Attribute,
    Block,
    Nested,
    empty,
    is_same,
    proposed,
)
from engine.terraform.unknown import UNKNOWN


def attribute(kind: Any = "string", *, computed: bool = False) -> Attribute:
    return Attribute(kind=kind, required=False, optional=True, computed=computed)


INNER = Block(attributes={"days": attribute("number"), "id": attribute(computed=True)}, nested={})
BLOCK = Block(
    attributes={
        "name": attribute(),
        "arn": attribute(computed=True),
        "zones": attribute(["set", "string"]),
        "layers": attribute(["list", "string"]),
    },
    nested={
        "rule": Nested(block=INNER, nesting=LIST, max_items=0),
        "tag": Nested(block=INNER, nesting=SET, max_items=0),
        "timeouts": Nested(block=INNER, nesting=SINGLE, max_items=0),
    },
)


def test_an_empty_object_has_every_argument() -> None:
    nothing = {"name": None, "arn": None, "zones": None, "layers": None}
    assert empty(BLOCK) == {**nothing, "rule": [], "tag": [], "timeouts": None}


def test_only_what_the_provider_computes_stays_as_it_was() -> None:
    prior = {**empty(BLOCK), "name": "old", "arn": "arn:old", "rule": [{"days": 1, "id": "r"}]}
    config = {**empty(BLOCK), "rule": [{"days": 2, "id": None}, {"days": 3, "id": None}]}
    found = proposed(BLOCK, prior, config)
    assert found["name"] is None
    assert found["arn"] == "arn:old"
    assert found["rule"] == [{"days": 2, "id": "r"}, {"days": 3, "id": None}]


def test_a_deletion_and_an_unknown_block_are_proposed_as_they_are() -> None:
    assert proposed(BLOCK, empty(BLOCK), None) is None
    config = {**empty(BLOCK), "rule": [UNKNOWN]}
    assert proposed(BLOCK, None, config)["rule"] == [UNKNOWN]


def test_the_order_of_a_set_is_no_difference_but_that_of_a_list_is() -> None:
    assert is_same(BLOCK, "zones", ["a", "b"], ["b", "a"])
    assert not is_same(BLOCK, "zones", ["a", "b"], ["b", "b"])
    assert not is_same(BLOCK, "layers", ["a", "b"], ["b", "a"])
    assert is_same(BLOCK, "tag", [{"days": 1}, {"days": 2}], [{"days": 2}, {"days": 1}])
    assert not is_same(BLOCK, "rule", [{"days": 1}, {"days": 2}], [{"days": 2}, {"days": 1}])
    assert not is_same(BLOCK, "zones", ["a"], [UNKNOWN])
    assert not is_same(BLOCK, "name", "ab", "ba")
