"""Proves what a deployed stack keeps when its options change, as far as registrations show it.

What the engine and the provider make of them is beyond mocks.
"""

import json
from collections import defaultdict
from collections.abc import Mapping

import pytest

from tests.infra.conftest import DeployStack, run_afresh, run_again
from tests.infra.tokens import NOTIFICATION

KEY = "kms/key:Key"

USED_A_KEY = {"imagepipe-dev-history-key": {"prefix": "deployed-"}}
"""What the state of a stack holds that has had `enableKms` on."""

SINGLETONS: Mapping[str, tuple[str, ...]] = {
    "aws:s3/bucketNotification:BucketNotification": ("bucket",),
    "aws:s3/bucketPolicy:BucketPolicy": ("bucket",),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ("bucket",),
    "aws:s3/bucketVersioning:BucketVersioning": ("bucket",),
    "aws:s3/bucketLogging:BucketLogging": ("bucket",),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ("bucket",),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ("bucket",),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "bucket",
    ),
    "aws:sqs/queuePolicy:QueuePolicy": ("queueUrl",),
    "aws:sns/topicPolicy:TopicPolicy": ("arn",),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": (
        *("functionName", "qualifier"),
    ),
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": (
        *("functionName", "qualifier"),
    ),
}
"""What AWS has once for each target, and the inputs that name the target."""

CHANGES: tuple[Mapping[str, object], ...] = (
    {},
    {"trigger": "s3"},
    {"trigger": "s3", "provisionedConcurrency": 1},
    {"trigger": "eventbridge"},
    {"trigger": "s3", "keyPrefixes": ["a/", "b/"]},
    {"trigger": "eventbridge", "keyPrefixes": ["a/"]},
    {"enableKms": True, "enableAccessLogs": True, "enableAlarms": True},
    {"layout": "one-bucket", "enableReconciler": True, "reconcileSource": "inventory"},
    {"enableDlq": False, "enableVersioning": False},
)


def test_what_aws_has_once_for_a_target_is_the_same_resource_under_all_options(
    deploy_stack: DeployStack,
) -> None:
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for change in CHANGES:
        for found in deploy_stack("dev", **change).resources:
            if target := SINGLETONS.get(found.type):
                named = (str(found.inputs.get(key)) for key in target)
                owners[found.type, *named].add(found.urn)
    assert {token for token, *_ in owners} == set(SINGLETONS)
    assert [names for names in owners.values() if len(names) > 1] == []


@pytest.mark.parametrize("trigger", ["sqs", "s3", "eventbridge"])
def test_each_trigger_sends_events_to_its_own_destination_alone(
    trigger: str, deploy_stack: DeployStack
) -> None:
    deployment = deploy_stack("dev", trigger=trigger, keyPrefixes=["a/", "b/"])
    inputs = deployment.one(NOTIFICATION).inputs
    destinations = {"sqs": "queues", "s3": "lambdaFunctions", "eventbridge": "eventbridge"}
    assert set(inputs) == {"bucket", destinations[trigger]}


def test_a_notification_deployed_by_an_earlier_version_is_the_same_resource(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev")
    pipeline, _, name = deployment.one("index:ImagePipeline").urn.rpartition("::")
    notification = "aws:s3/bucketNotification:BucketNotification"
    assert deployment.one(NOTIFICATION).aliases == [
        f"{pipeline}$imagepipe:index:Intake$imagepipe:index:UploadQueue${notification}"
        f"::{name}-intake-uploads-notification",
        f"{pipeline}$imagepipe:index:DirectTrigger${notification}::{name}-direct-notification",
    ]


def test_a_table_without_a_key_is_moved_off_the_key_it_had(deploy_stack: DeployStack) -> None:
    table = deploy_stack("dev").one("dynamodb/table:Table").inputs
    assert table["serverSideEncryption"] == {"enabled": False}


def test_a_key_stays_when_encryption_is_switched_off_or_moved_to_another_key(
    deploy_stack: DeployStack,
) -> None:
    before = deploy_stack("dev", enableKms=True).one(KEY)
    other = "arn:aws:kms:us-east-1:123456789012:key/other"
    for change in ({}, {"existingKmsKeyArn": other}):
        after = run_again("dev", USED_A_KEY, **change)
        assert after.one(KEY).urn == before.urn
        policy = json.loads(after.one("iam/rolePolicy:RolePolicy").inputs["policy"])
        (grant,) = [
            found for found in policy["Statement"] if found["Sid"] == "DecryptWithFormerKey"
        ]
        assert grant["Resource"] == after.outputs["formerKmsKeyArn"]
        assert grant["Action"] == ["kms:Decrypt"]


def test_nothing_new_is_encrypted_with_a_key_that_is_only_kept() -> None:
    deployment = run_again("dev", USED_A_KEY)
    key_arn = str(deployment.outputs["formerKmsKeyArn"])
    named = {
        found.type
        for found in deployment.resources
        if key_arn in json.dumps(found.inputs, default=str)
    }
    assert named == {"aws:iam/rolePolicy:RolePolicy"}


def test_a_kept_key_is_said_to_be_kept_with_the_way_to_delete_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    deployment = run_afresh("dev", USED_A_KEY)
    said = caplog.text
    assert f"aws kms schedule-key-deletion --key-id {deployment.outputs['formerKmsKeyArn']}" in said
    assert "pulumi config set keepFormerKmsKey false" in said


def test_a_kept_key_goes_when_it_is_asked_for_by_name() -> None:
    released = run_again("dev", USED_A_KEY, keepFormerKmsKey=False)
    assert released.of_type(KEY) == []
    memory = released.one("index/randomId:RandomId", "history-key")
    assert memory.inputs["prefix"] == "never-deployed-"
    assert memory.ignored_changes == [], "else it would be remembered again"


def test_a_stack_that_never_had_a_key_makes_none_and_remembers_the_first(
    deploy_stack: DeployStack,
) -> None:
    without = deploy_stack("dev")
    assert without.of_type(KEY) == []
    assert "formerKmsKeyArn" not in without.outputs
    memory = without.one("index/randomId:RandomId", "history-key")
    assert (memory.inputs["prefix"], memory.ignored_changes) == ("never-deployed-", ["prefix"])
    first = deploy_stack("dev", enableKms=True).one("index/randomId:RandomId", "history-key")
    assert (first.inputs["prefix"], first.ignored_changes) == ("deployed-", [])


@pytest.mark.parametrize("forced", [True, False])
def test_a_key_outlives_its_stack_unless_the_data_is_destroyed_as_well(
    forced: bool, deploy_stack: DeployStack
) -> None:
    deployment = deploy_stack("dev", enableKms=True, forceDestroy=forced)
    assert deployment.one(KEY).retain_on_delete is not forced
