"""Proves that a local stack starts completely or not at all, and matches its outputs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from local import stack as stacks
from local.emulator import Emulator
from local.errors import LocalStackError
from local.stack import LocalStack, describe
from tests.local.processes import processes_in


def test_a_failed_deployment_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match="memoryMib"):
        stacks.start(tmp_path / "local", {"imagepipe:memoryMib": 1})
    assert not (tmp_path / "local").exists()
    assert not processes_in(tmp_path)


def test_an_exception_in_the_block_of_a_running_stack_stops_it(tmp_path: Path) -> None:
    def fail() -> None:
        with stacks.running(tmp_path / "local"):
            assert processes_in(tmp_path)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert not (tmp_path / "local").exists()
    assert not processes_in(tmp_path)


def test_every_output_refers_to_an_existing_resource(local_stack: LocalStack) -> None:
    outputs, clients = local_stack.outputs, local_stack.clients
    for key in ("uploadBucketName", "processedBucketName"):
        clients.s3.head_bucket(Bucket=outputs[key])
    for key in ("queue", "deadLetterQueue", "rejectedQueue"):
        attributes = clients.sqs.get_queue_attributes(
            QueueUrl=outputs[f"{key}Url"], AttributeNames=["QueueArn"]
        )["Attributes"]
        assert attributes["QueueArn"] == outputs[f"{key}Arn"]
        assert attributes["QueueArn"].endswith(":" + outputs[f"{key}Name"])
    table = clients.dynamodb.describe_table(TableName=outputs["tableName"])["Table"]
    assert table.get("TableArn") == outputs["tableArn"]
    assert clients.sns.get_topic_attributes(TopicArn=outputs["topicArn"])["Attributes"]
    role = clients.iam.get_role(RoleName=outputs["roleName"])["Role"]
    assert role["Arn"] == outputs["roleArn"]
    function = clients.lambda_.get_function_configuration(FunctionName=outputs["functionName"])
    assert function["FunctionArn"] == outputs["functionArn"]
    assert function["Role"] == outputs["roleArn"]
    groups = clients.logs.describe_log_groups(logGroupNamePrefix=outputs["logGroupName"])
    assert [group.get("logGroupArn") for group in groups["logGroups"]] == [outputs["logGroupArn"]]


def test_the_resources_have_the_properties_that_the_program_sets(local_stack: LocalStack) -> None:
    outputs, clients = local_stack.outputs, local_stack.clients
    bucket = outputs["uploadBucketName"]
    assert clients.s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
    access = clients.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(access.values()) == {True}
    attributes = clients.sqs.get_queue_attributes(
        QueueUrl=outputs["queueUrl"], AttributeNames=["All"]
    )["Attributes"]
    function = clients.lambda_.get_function_configuration(FunctionName=outputs["functionName"])
    assert int(attributes["VisibilityTimeout"]) >= 6 * function["Timeout"]
    backups = clients.dynamodb.describe_continuous_backups(TableName=outputs["tableName"])
    recovery = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    assert recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
    tags = clients.sqs.list_queue_tags(QueueUrl=outputs["queueUrl"])["Tags"]
    assert tags["ManagedBy"] == "pulumi"


def test_without_queues_for_what_fails_or_is_rejected_there_is_no_output_of_them(
    deployed: Callable[..., LocalStack],
) -> None:
    outputs = deployed(enableDlq=False).outputs
    assert not [key for key in outputs if key.startswith(("deadLetter", "rejected"))]


def test_an_address_for_notifications_is_subscribed_and_awaits_confirmation(
    deployed: Callable[..., LocalStack],
) -> None:
    local_stack = deployed(notificationEmail="someone@example.com")
    subscribed = local_stack.clients.sns.list_subscriptions_by_topic(
        TopicArn=local_stack.outputs["topicArn"]
    )
    assert [each.get("Endpoint") for each in subscribed["Subscriptions"]] == ["someone@example.com"]


def test_the_description_has_what_a_shell_needs_to_use_the_stack(
    local_stack: LocalStack, emulator: Emulator
) -> None:
    text = describe(local_stack)
    assert f"export AWS_ENDPOINT_URL={emulator.endpoint}" in text
    assert f"export AWS_CA_BUNDLE={emulator.ca_bundle}" in text
    assert f"s3://{local_stack.outputs['uploadBucketName']}/" in text
