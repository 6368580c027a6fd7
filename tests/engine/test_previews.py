"""Proves which steps of a preview count, and which of them lose data."""

import json
from typing import Any

import pytest

from engine.check import why_data_is_lost, why_not_empty
from engine.previews import Preview, parse_preview

# Fields of `PreviewDigest` and `ResourceV3`:
# https://github.com/pulumi/pulumi/blob/master/pkg/display/json.go
# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go


def step(operation: str, token: str, **old_state: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:dev::imagepipe::imagepipe:intake:Intake${token}::uploads"
    return {"op": operation, "urn": urn, "oldState": {"urn": urn, "type": token, **old_state}}


def preview(*steps: dict[str, Any], **fields: Any) -> Preview:
    return parse_preview(json.dumps({"steps": steps, **fields}))


TABLE = "aws:dynamodb/table:Table"
HOLDING_DATA = [
    *("aws:s3/bucket:Bucket", TABLE, "aws:kms/key:Key", "aws:sqs/queue:Queue"),
    "aws:cloudwatch/logGroup:LogGroup",
]


@pytest.mark.parametrize("token", HOLDING_DATA)
@pytest.mark.parametrize(
    "operation", ["delete", "replace", "create-replacement", "delete-replaced"]
)
def test_what_holds_data_is_neither_deleted_nor_replaced(token: str, operation: str) -> None:
    found = preview(step("update", token), step(operation, token))
    why = why_data_is_lost(found, is_meant=False)
    assert why == f"loses data: {operation} {token.rpartition(':')[2]} uploads"
    assert why_data_is_lost(found, is_meant=True) == ""


@pytest.mark.parametrize(
    "harmless",
    [
        step("create", TABLE),
        step("update", TABLE),
        step("same", TABLE),
        step("delete", TABLE, retainOnDelete=True),
        step("delete", "aws:s3/bucketLogging:BucketLogging"),
        step("replace", "aws:lambda/permission:Permission"),
    ],
    ids=lambda each: f"{each['op']} {each['oldState']['type']}",
)
def test_all_else_keeps_its_data(harmless: dict[str, Any]) -> None:
    assert why_data_is_lost(preview(harmless), is_meant=False) == ""


def test_a_resource_that_is_kept_when_it_is_deleted_is_still_lost_when_it_is_replaced() -> None:
    found = preview(step("replace", TABLE, retainOnDelete=True))
    assert why_data_is_lost(found, is_meant=False) == "loses data: replace Table uploads"


def test_steps_that_change_nothing_leave_a_preview_empty() -> None:
    assert why_not_empty(preview(step("same", TABLE), step("read", TABLE))) == ""
    assert why_not_empty(preview()) == ""
    assert why_not_empty(preview(step("update", TABLE))) == "not empty: update Table uploads"


def test_of_many_steps_only_some_are_listed_and_the_rest_counted() -> None:
    why = why_not_empty(preview(*[step("update", TABLE)] * 7))
    assert why.count("update Table") == 5
    assert why.endswith(" and 2 more")


def test_errors_are_listed_but_neither_warnings_nor_information() -> None:
    diagnostics = [
        {"severity": "warning", "message": "deprecated"},
        {"severity": "info#err", "message": "a line of the program"},
        {"severity": "error", "message": "imagepipe:trigger must be sqs\n"},
    ]
    assert preview(diagnostics=diagnostics).errors == ["imagepipe:trigger must be sqs"]


def test_a_step_without_an_old_state_is_a_new_resource() -> None:
    urn = "urn:pulumi:dev::imagepipe::aws:sqs/queue:Queue::a::b"
    (found,) = preview({"op": "create", "urn": urn}).steps
    assert (found.kind, found.name, found.deletes_data) == ("aws:sqs/queue:Queue", "a::b", False)
