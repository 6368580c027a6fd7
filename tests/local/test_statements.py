"""Proves that each statement of a role's policy is needed: without it, its operation fails.

Statements that the emulator does not enforce are listed here with the reason; tests/infra compares
them with the documentation of AWS.
"""

import json
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from local.stack import LocalStack
from tests.handler.payloads import notification, s3_record
from tests.infra.conftest import run_stack
from tests.local.pipe import FINAL, log_entries, put, read_item, wait_for
from tests.local.sources import SOURCES

ENDPOINTS: Mapping[str, object] = {
    "vpcId": "vpc-0a",
    "subnetIds": ["subnet-0a", "subnet-0b"],
    "routeTableIds": ["rtb-0a"],
    "enableVpcEndpoints": True,
}
TAGGED: Mapping[str, object] = {
    "variants": [{"name": "small", "format": "jpeg", "maxWidth": 50, "copyTags": True}]
}
STACKS: Mapping[str, Mapping[str, object]] = {
    "with a key": {"enableKms": True},
    "with tags": TAGGED,
}

NOT_ENFORCED: Mapping[str, str] = {
    "WriteLogs": "ministack writes a function's log itself, without the role",
    "UseKey": "ministack encrypts its storage without the role",
    "SendTraces": "ministack has no X-Ray",
    "KeepFailedEvents": "ministack sends failed events itself, without the role",
    "ConsumeQueue": "ministack polls a queue without the role; local/resources/lambda_.py rejects"
    " the mapping instead, as test_permissions.py shows",
    "WriteVariantTags": "ministack requires only s3:PutObject for a PutObject with tags",
    "DescribeNetworkInterfaces": "ministack runs a function as a local process, without a VPC",
    "ManageNetworkInterfaces": "the same",
    "DenyNetworkInterfacesToCode": "the same",
}
"""Statements that the emulator does not enforce, with the reason."""


def good(local_stack: LocalStack, key: str) -> None:
    put(local_stack, key, SOURCES["plain.jpg"])


def bad(local_stack: LocalStack, key: str) -> None:
    put(local_stack, key, SOURCES["text.jpg"])


def tagged(local_stack: LocalStack, key: str) -> None:
    bucket = local_stack.outputs["uploadBucketName"]
    local_stack.clients.s3.put_object(
        Bucket=bucket, Key=key, Body=SOURCES["plain.jpg"], Tagging="a=b"
    )


def gone(local_stack: LocalStack, key: str) -> None:
    """Send the event of an object that does not exist."""
    send_event(local_stack, key, "v1")


def claimed(local_stack: LocalStack, key: str) -> None:
    """Send the event of an upload that another attempt is processing."""
    bucket = local_stack.outputs["uploadBucketName"]
    names = {"image_id": f"{bucket}/{key}", "version_id": "v1", "status": "processing"}
    names |= {"recipe": "r", "limits": "l", "attempt": "another/one"}
    local_stack.clients.dynamodb.put_item(
        TableName=local_stack.outputs["tableName"],
        Item={name: {"S": value} for name, value in names.items()},
    )
    send_event(local_stack, key, "v1")


def elsewhere(local_stack: LocalStack, key: str) -> None:
    """Send the event of an object in a bucket that is not the pipeline's."""
    send_event(local_stack, key, "v1", bucket="elsewhere")


def send_event(
    local_stack: LocalStack, key: str, version_id: str, bucket: str | None = None
) -> None:
    bucket = bucket or local_stack.outputs["uploadBucketName"]
    body = json.dumps(notification(s3_record(key, version_id=version_id, bucket=bucket)))
    local_stack.clients.sqs.send_message(QueueUrl=local_stack.outputs["queueUrl"], MessageBody=body)


SHOWN: Mapping[str, tuple[str, Callable[[LocalStack, str], None], str]] = {
    "ReadUploads": ("with a key", good, "finished"),
    "WriteVariants": ("with a key", good, "finished"),
    "WriteRecords": ("with a key", good, "finished"),
    "Publish": ("with a key", good, "finished"),
    "RejectUploads": ("with a key", bad, "finished"),
    "SendToDeadLetterQueue": ("with a key", elsewhere, "turned-away"),
    "ListUploads": ("with a key", gone, "finished"),
    "RequeueSelf": ("with a key", claimed, "deferred"),
    "ReadUploadTags": ("with tags", tagged, "finished"),
}
"""By statement: the stack, the action that needs the statement, and the log message on success."""

RECONCILING = ("ListUploadVersions", "ReadRecords", "WriteReconcilerState", "SendToQueue")


@pytest.fixture(scope="module")
def stacks(deployed: Callable[..., LocalStack]) -> Callable[[str], LocalStack]:
    """Stacks for this module only, as its tests change their roles."""
    running: dict[str, LocalStack] = {}

    def stack(name: str) -> LocalStack:
        if name not in running:
            running[name] = deployed(**STACKS[name])
        return running[name]

    return stack


@contextmanager
def without(local_stack: LocalStack, function_name: str, sid: str) -> Generator[None]:
    """Remove one statement from the role of a function for the duration of a block."""
    iam = local_stack.clients.iam
    found = local_stack.clients.lambda_.get_function_configuration(FunctionName=function_name)
    role = found.get("Role", "").rpartition("/")[2]
    (policy,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    whole: Any = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    rest = [statement for statement in whole["Statement"] if statement["Sid"] != sid]
    assert len(rest) == len(whole["Statement"]) - 1

    def put_policy(document: Mapping[str, object]) -> None:
        text = json.dumps(document)
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=text)

    put_policy({**whole, "Statement": rest})
    try:
        yield
    finally:
        put_policy(whole)


def said(local_stack: LocalStack, key: str, message: str) -> list[Mapping[str, Any]]:
    entries = log_entries(local_stack)
    return [each for each in entries if (each.get("key"), each["message"]) == (key, message)]


@pytest.mark.parametrize("sid", SHOWN)
def test_an_upload_is_retried_while_the_role_lacks_a_statement(
    stacks: Callable[[str], LocalStack], sid: str
) -> None:
    name, act, end = SHOWN[sid]
    local_stack, key = stacks(name), f"{sid}.jpg"
    with without(local_stack, local_stack.outputs["functionName"], sid):
        act(local_stack, key)
        wait_for(
            lambda: bool(said(local_stack, key, "retry")),
            f"a retry of {key} in the log",
            local_stack.emulator,
        )
    assert re.search(
        "AccessDenied|AuthorizationError", said(local_stack, key, "retry")[0]["detail"]
    )
    assert not said(local_stack, key, end)
    assert read_item(local_stack, key, "v1").get("status") not in FINAL


@pytest.mark.parametrize(
    "act", [good, bad, elsewhere, tagged, gone, claimed], ids=lambda act: act.__name__
)
def test_with_all_statements_nothing_is_denied(
    stacks: Callable[[str], LocalStack], act: Callable[[LocalStack, str], None]
) -> None:
    name, end = next((stack, end) for stack, shown, end in SHOWN.values() if shown is act)
    local_stack, key = stacks(name), f"control {act.__name__}.jpg"
    act(local_stack, key)
    wait_for(
        lambda: bool(said(local_stack, key, end)),
        f"{end} of {key} in the log",
        local_stack.emulator,
    )
    assert not said(local_stack, key, "retry")


@pytest.fixture(scope="module")
def reconciled(deployed: Callable[..., LocalStack]) -> LocalStack:
    """A stack whose uploads send no events, so that only the reconciler finds them."""
    local_stack = deployed(enableReconciler=True)
    name, bucket = local_stack.outputs["reconcilerName"], local_stack.outputs["uploadBucketName"]
    found: Any = local_stack.clients.lambda_.get_function_configuration(FunctionName=name)
    variables = {**found["Environment"]["Variables"], "RECONCILE_GRACE_SECONDS": "1"}
    local_stack.clients.lambda_.update_function_configuration(
        FunctionName=name, Environment={"Variables": variables}
    )
    local_stack.clients.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={}
    )
    return local_stack


def reconcile(local_stack: LocalStack) -> str:
    """Run a pass, and return its result or its error."""
    name, payload = local_stack.outputs["reconcilerName"], json.dumps({"restart": True})
    answer = local_stack.clients.lambda_.invoke(FunctionName=name, Payload=payload)
    return answer["Payload"].read().decode()


@pytest.mark.parametrize("sid", RECONCILING)
def test_a_lost_upload_is_not_requeued_while_the_reconciler_lacks_a_statement(
    reconciled: LocalStack, sid: str
) -> None:
    put(reconciled, f"{sid}.jpg", SOURCES["plain.jpg"])
    with without(reconciled, reconciled.outputs["reconcilerName"], sid):
        wait_for(
            lambda: "Denied" in reconcile(reconciled),
            "a refusal, once the upload is old",
            reconciled.emulator,
        )
    wait_for(
        lambda: json.loads(reconcile(reconciled))["requeued"] > 0,
        "a requeued upload",
        reconciled.emulator,
    )


def test_every_statement_is_either_shown_to_be_needed_or_listed_with_a_reason() -> None:
    roles = run_stack("prod", **TAGGED, **ENDPOINTS).of_type("iam/rolePolicy:RolePolicy")
    documents = [json.loads(role.inputs["policy"]) for role in roles]
    found = {statement["Sid"] for document in documents for statement in document["Statement"]}
    assert found == {*SHOWN, *RECONCILING, *NOT_ENFORCED}
    assert len(found) == len(SHOWN) + len(RECONCILING) + len(NOT_ENFORCED), "none is both"
