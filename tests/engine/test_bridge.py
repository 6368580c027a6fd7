"""Proves how inputs become configuration, states become properties, and both cross the wire."""

from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

from engine.bridge.emulated import as_if_done, trusted
from engine.bridge.inputs import configuration
from engine.bridge.naming import with_name
from engine.bridge.outputs import outputs
from engine.bridge.random import forms
from engine.bridge.wire import SECRET, SIGNATURE, UNKNOWN_TEXT, from_struct, to_struct
from engine.terraform.provider import ProviderError
from engine.terraform.schema import LIST, Attribute, Block, Nested
from engine.terraform.unknown import UNKNOWN


def attribute(kind: Any = "string", *, required: bool = False) -> Attribute:
    return Attribute(kind=kind, required=required, optional=not required, computed=False)


INNER = Block(attributes={"enabled": attribute("bool"), "days": attribute("number")}, nested={})
BLOCK = Block(
    attributes={
        "name": attribute(required=True),
        "policy": attribute(),
        "layers": attribute(["list", "string"]),
        "tags": attribute(["map", "string"]),
        "limit": attribute(["list", ["object", {"max_count": "number"}]]),
    },
    nested={
        "rule": Nested(block=INNER, nesting=LIST, max_items=0),
        "versioning": Nested(block=INNER, nesting=LIST, max_items=1),
    },
)


def test_inputs_become_configuration_of_the_types_that_the_provider_has() -> None:
    inputs = {
        "policy": {"Version": "2012-10-17"},
        "layers": "one",
        "tags": {"Cost": 7},
        "limits": [{"maxCount": "3"}],
        "rules": [{"enabled": "true", "days": "1.5"}],
        "versioning": {"enabled": False},
        "__defaults": [],
    }
    found = configuration(BLOCK, inputs, "queue")
    assert found == {
        "name": None,
        "policy": '{"Version": "2012-10-17"}',
        "layers": ["one"],
        "tags": {"Cost": "7"},
        "limit": [{"max_count": 3}],
        "rule": [{"enabled": True, "days": 1.5}],
        "versioning": [{"enabled": False, "days": None}],
    }


def test_what_is_unknown_stays_unknown_at_any_depth() -> None:
    inputs = {"name": UNKNOWN, "policy": {"a": [UNKNOWN]}, "rules": [UNKNOWN], "tags": UNKNOWN}
    found = configuration(BLOCK, inputs, "queue")
    assert (found["name"], found["policy"], found["tags"]) == (UNKNOWN, UNKNOWN, UNKNOWN)
    assert found["rule"] == [UNKNOWN]


def test_an_input_that_the_provider_has_no_argument_for_is_rejected() -> None:
    with pytest.raises(ProviderError, match=r"queue\.rules: .*no argument for 'colour'"):
        configuration(BLOCK, {"rules": [{"colour": "red"}]}, "queue")


def test_a_state_becomes_properties_with_plural_lists_and_single_objects() -> None:
    state = {
        "name": "q",
        "policy": None,
        "rule": [{"enabled": True, "days": None}],
        "versioning": [{"enabled": False, "days": 2}],
    }
    found = outputs(BLOCK, state, {"name": False, "rules": True, "versioning": False})
    assert found == {
        "name": "q",
        "rules": [{"enabled": True}],
        "versioning": {"enabled": False, "days": 2},
    }


@pytest.mark.parametrize(("layers", "expected"), [([], {}), (["one"], {"layers": "one"})])
def test_a_list_of_at_most_one_item_is_that_item_where_the_package_has_no_list(
    layers: list[str], expected: dict[str, str]
) -> None:
    assert outputs(BLOCK, {"layers": layers}, {"layers": False}) == expected
    assert outputs(BLOCK, {"layers": layers}, {"layers": True}) == {"layers": layers}


def test_secrets_are_unwrapped_and_unknown_values_cross_the_wire_both_ways() -> None:
    wrapped = {SIGNATURE: SECRET, "value": {"a": 1}}
    assert from_struct(to_struct({"s": wrapped, "n": 2, "f": 2.5})) == {
        "s": {"a": 1},
        "n": 2,
        "f": 2.5,
    }
    sent = to_struct({"list": [UNKNOWN]})
    assert MessageToDict(sent) == {"list": [UNKNOWN_TEXT]}
    assert from_struct(sent) == {"list": [UNKNOWN]}


def test_a_resource_without_a_name_gets_one_and_keeps_it() -> None:
    def named(inputs: dict[str, Any], olds: dict[str, Any]) -> dict[str, Any]:
        return with_name(inputs, olds, kind="aws_x", block=BLOCK, stem="uploads", seed=b"seed")

    first = named({}, {})
    assert first["name"].startswith("uploads-")
    assert named({}, {}) == first  # the preview and the update have the same seed
    assert named({}, {"name": "uploads-1"}) == {"name": "uploads-1"}
    assert named({"name": "own"}, {}) == {"name": "own"}
    assert named({"namePrefix": "own"}, {}) == {"namePrefix": "own"}


def test_of_an_alarm_what_was_asked_for_counts_and_of_all_else_what_was_read() -> None:
    planned = {"id": UNKNOWN, "arn": None, "period": 60}
    read = {"id": "a", "arn": "arn:a", "period": 0}
    assert trusted("aws_cloudwatch_metric_alarm", planned, read) == {**read, "period": 60}
    assert trusted("aws_sqs_queue", planned, read) == read
    assert trusted("aws_cloudwatch_metric_alarm", planned, None) is None
    assert as_if_done(planned) == {"id": None, "arn": None, "period": 60}


def test_an_id_has_the_forms_that_the_random_provider_documents() -> None:
    # https://registry.terraform.io/providers/hashicorp/random/latest/docs/resources/id
    assert forms(b"\xfb\xff", "p-") == {
        "hex": "p-fbff",
        "dec": "p-64511",
        "b64Std": "p-+/8=",
        "b64Url": "p--_8",
    }
