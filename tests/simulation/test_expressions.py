"""Conditions and updates mean what DynamoDB's developer guide says."""

from collections.abc import Mapping

import pytest

from simulation.aws.expressions import Expressions, ValidationError

ITEM: Mapping[str, Mapping[str, object]] = {"status": {"S": "new"}, "owner": {"S": "m1/r1"}}
NAMES = {"#s": "status", "#o": "owner", "#x": "missing"}
VALUES = {":new": {"S": "new"}, ":old": {"S": "old"}, ":m": {"S": "m1/"}}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("#s = :new", True),
        ("#s = :old", False),
        ("#s <> :old", True),
        ("#x = :new", False),
        ("#x <> :new", True),
        ("attribute_exists(#s)", True),
        ("attribute_not_exists(#s)", False),
        ("attribute_not_exists(#x)", True),
        ("begins_with(#o, :m)", True),
        ("begins_with(#x, :m)", False),
        ("#s IN (:old, :new)", True),
        ("NOT #s = :new", False),
        ("#s = :old OR #s = :new AND #o = :new", False),  # AND binds closer
        ("(#s = :old OR #s = :new) AND begins_with(#o, :m)", True),
    ],
)
def test_a_condition_is_evaluated(condition: str, holds: bool) -> None:
    assert Expressions(NAMES, VALUES).holds(condition, ITEM) is holds


def test_an_update_sets_and_removes() -> None:
    after = Expressions(NAMES, VALUES).updated("SET #s = :old, #x = :m REMOVE #o", ITEM)
    assert after == {"status": {"S": "old"}, "missing": {"S": "m1/"}}


@pytest.mark.parametrize("condition", ["#s = :new )", "size(#s, :new)", "#s >= :new"])
def test_what_is_not_understood_is_an_error(condition: str) -> None:
    with pytest.raises(ValidationError):
        Expressions(NAMES, VALUES).holds(condition, ITEM)


def test_unused_placeholders_are_refused_as_by_dynamodb() -> None:
    expressions = Expressions({"#s": "status"}, {":new": {"S": "new"}, ":old": {"S": "old"}})
    expressions.holds("#s = :new", ITEM)
    with pytest.raises(ValidationError, match=":old"):
        expressions.check_all_used()
