"""Proves that a change of options leaves nothing of the former options in a deployed stack."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from infra.config.settings import load_schema
from tests.infra.conftest import Deploy
from tests.infra.provider.optional_computed import InputPath
from tests.infra.provider.switches import ON_AND_OFF, SWITCHES
from tests.infra.provider.switching import effective_inputs, left_over, run_both_ways

QUEUE, TABLE = "aws:sqs/queue:Queue", "aws:dynamodb/table:Table"
FUNCTION = "aws:lambda/function:Function"
ENCRYPTED_TABLE = {"serverSideEncryption": {"enabled": True, "kmsKeyArn": "key"}}

HARMLESS: Mapping[tuple[str, InputPath], str] = {
    (QUEUE, ("sqsManagedSseEnabled",)): (
        "The provider refuses it together with a key, even as false. SQS has one type of encryption"
        " at a time: a queue that gets a key loses the other one."
    ),
    (TABLE, ("serverSideEncryption", "kmsKeyArn")): (
        "The provider sends the key only if `enabled` is true, and the program always sends both."
    ),
    (QUEUE, ("redrivePolicy",)): (
        "The provider cannot clear it. The dead-letter queue that it names is kept, and still gets"
        " the messages; docs/live-changes.md has the command that clears the policy."
    ),
}
"""What may be left over, with the reason."""


@pytest.mark.parametrize("title", SWITCHES)
def test_nothing_is_left_of_the_former_options(title: str) -> None:
    for before, after in run_both_ways(*SWITCHES[title]):
        assert left_over(before, after) - HARMLESS.keys() == set()


def test_every_boolean_and_every_existing_resource_is_switched_both_ways_on_dev_and_prod() -> None:
    booleans = {key for key, option in load_schema().items() if option.type == "boolean"}
    existing = {key for key in load_schema() if key.startswith("existing")}
    assert booleans | existing == ON_AND_OFF.keys()
    assert {f"{key} on {base}" for key in ON_AND_OFF for base in ("dev", "prod")} <= SWITCHES.keys()
    for key, switch in ON_AND_OFF.items():
        assert bool(switch.on[key])
        assert not bool(switch.off[key])


def test_all_that_may_be_left_over_is_left_over_by_some_change() -> None:
    found = {
        each
        for title in ("enableKms on dev", "enableDlq on dev")
        for before, after in run_both_ways(*SWITCHES[title])
        for each in left_over(before, after)
    }
    assert found == set(HARMLESS)


@pytest.mark.parametrize(
    ("token", "former", "sent", "kept"),
    [
        (QUEUE, {"redrivePolicy": "{}"}, {}, {"redrivePolicy": "{}"}),
        (QUEUE, {"redrivePolicy": "{}"}, {"redrivePolicy": None}, {"redrivePolicy": "{}"}),
        (QUEUE, {"redrivePolicy": "{}"}, {"redrivePolicy": ""}, {"redrivePolicy": "{}"}),
        (TABLE, ENCRYPTED_TABLE, {}, ENCRYPTED_TABLE),
        (
            TABLE,
            ENCRYPTED_TABLE,
            {"serverSideEncryption": {"enabled": True}},
            ENCRYPTED_TABLE,
        ),
        (
            *("aws:s3/bucket:Bucket", {"corsRules": [{"maxAgeSeconds": 1}]}, {"corsRules": []}),
            {"corsRules": [{"maxAgeSeconds": 1}]},
        ),
        (
            FUNCTION,
            {"tracingConfig": {"mode": "Active"}},
            {},
            {"tracingConfig": {"mode": "Active"}},
        ),
    ],
)
def test_what_is_optional_and_computed_keeps_its_value_if_it_is_left_out(
    token: str, former: Mapping[str, Any], sent: Mapping[str, Any], kept: Mapping[str, Any]
) -> None:
    """By the source of the provider: `Optional: true, Computed: true`."""
    assert effective_inputs(token, former, sent) == kept


@pytest.mark.parametrize(
    ("token", "former", "sent"),
    [
        (QUEUE, {"sqsManagedSseEnabled": True}, {"sqsManagedSseEnabled": False}),
        (QUEUE, {"kmsMasterKeyId": "key"}, {"kmsMasterKeyId": ""}),
        (QUEUE, {"kmsMasterKeyId": "key", "tags": {"a": "b"}}, {"tags": {}}),
        (FUNCTION, {"snapStart": {"applyOn": "PublishedVersions"}}, {}),
        (
            FUNCTION,
            {"tracingConfig": {"mode": "Active"}},
            {"tracingConfig": {"mode": "PassThrough"}},
        ),
    ],
)
def test_what_is_sent_or_only_optional_does_not_keep_its_value(
    token: str, former: Mapping[str, Any], sent: Mapping[str, Any]
) -> None:
    assert effective_inputs(token, former, sent) == sent


def test_an_input_that_a_change_leaves_out_is_found(deploy: Deploy) -> None:
    def program(storage: aws.lambda_.FunctionEphemeralStorageArgsDict | None) -> None:
        aws.lambda_.Function("function", role="role", ephemeral_storage=storage)

    before = deploy(lambda: program({"size": 1024}))
    assert left_over(before, deploy(lambda: program(None))) == {(FUNCTION, ("ephemeralStorage",))}
    assert left_over(before, deploy(lambda: program({"size": 512}))) == set()


def test_a_resource_that_a_change_creates_has_nothing_left_over(deploy: Deploy) -> None:
    def program(name: str) -> None:
        aws.sqs.Queue(name, redrive_policy="{}" if name == "former" else None)
        pulumi.export("name", name)

    assert left_over(deploy(lambda: program("former")), deploy(lambda: program("new"))) == set()
