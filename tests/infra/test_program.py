"""Proves what each stack registers. The rules of security are in policy.rules and tests/policy.

Mocks check no values against AWS: that AWS accepts the program is shown by tests/local.
"""

import json

import pytest

from infra.config.settings import SettingsError
from tests.infra.conftest import Deployment, DeployStack

STACKS: list[tuple[str, dict[str, object]]] = [
    ("dev", {}),
    ("prod", {}),
    ("local", {}),
    ("dev", {"enableKms": True, "enableDlq": False}),
    ("prod", {"enableKms": False, "notificationEmail": "team@example.com"}),
    ("prod", {"enableXray": True, "enableAccessLogs": True, "provisionedConcurrency": 1}),
    ("prod", {"trigger": "eventbridge"}),
    (
        "dev",
        {
            "vpcId": "vpc-0a",
            "subnetIds": ["subnet-0a", "subnet-0b"],
            "routeTableIds": ["rtb-0a"],
            "enableVpcEndpoints": True,
        },
    ),
]

OUTERMOST = tuple(
    f"imagepipe:index:{each}" for each in ("ImagePipeline", "StackNames", "DestroyGuard")
)


@pytest.fixture(params=STACKS, ids=lambda stack: "-".join((stack[0], *stack[1])))
def deployment(request: pytest.FixtureRequest, deploy_stack: DeployStack) -> Deployment:
    stack, overrides = request.param
    return deploy_stack(stack, **overrides)


def test_every_resource_belongs_to_a_component_that_registered_its_outputs(
    deployment: Deployment,
) -> None:
    urns = {resource.urn for resource in deployment.resources}
    for resource in deployment.resources:
        if resource.type not in OUTERMOST:
            assert resource.parent in urns, resource.name
            assert "imagepipe:index:" in resource.parent
    components = {r.urn for r in deployment.resources if r.type.startswith("imagepipe:")}
    assert components <= deployment.components_finished


def test_every_logical_name_is_unique_and_begins_with_that_of_its_parent(
    deployment: Deployment,
) -> None:
    names = [(resource.type, resource.name) for resource in deployment.resources]
    assert len(names) == len(set(names))
    parents = {resource.urn: resource.name for resource in deployment.resources}
    for resource in deployment.resources:
        assert resource.name.startswith(parents.get(resource.parent, "")), resource.name


def test_dead_letters_outlive_the_queue_and_come_from_it_alone(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev")
    queue = deployment.one("sqs/queue:Queue", "uploads-queue").inputs
    dead_letters = deployment.one("sqs/queue:Queue", "dead-letters").inputs
    assert dead_letters["messageRetentionSeconds"] == 14 * 24 * 3600
    assert queue["messageRetentionSeconds"] < dead_letters["messageRetentionSeconds"]
    assert json.loads(queue["redrivePolicy"])["maxReceiveCount"] >= 5
    assert json.loads(dead_letters["redriveAllowPolicy"]) == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [deployment.outputs["queueArn"]],
    }


def test_rejected_uploads_have_a_queue_that_no_failed_message_is_moved_to(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev")
    rejected = deployment.one("sqs/queue:Queue", "rejected").inputs
    assert rejected["name"] == deployment.outputs["rejectedQueueName"]
    assert rejected["messageRetentionSeconds"] == 14 * 24 * 3600
    assert rejected["redriveAllowPolicy"] == '{"redrivePermission":"denyAll"}'
    assert rejected["sqsManagedSseEnabled"] is True
    policy = json.loads(deployment.one("sqs/queuePolicy:QueuePolicy", "rejected").inputs["policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["DenyPlainHttp"]
    environment = deployment.one("lambda/function:Function").inputs["environment"]["variables"]
    assert environment["REJECTED_QUEUE_URL"] == deployment.outputs["rejectedQueueUrl"]
    assert environment["DEAD_LETTER_QUEUE_URL"] == deployment.outputs["deadLetterQueueUrl"]
    role = json.loads(deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"])
    (grant,) = (each for each in role["Statement"] if each["Sid"] == "RejectUploads")
    assert grant["Resource"] == deployment.outputs["rejectedQueueArn"]
    assert grant["Action"] == ["sqs:SendMessage"]


def test_without_queues_for_what_fails_or_is_rejected_nothing_refers_to_them(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev", enableDlq=False)
    # Left out, the policy of a queue that had one would stay; SQS takes "" for its removal.
    assert deployment.one("sqs/queue:Queue").inputs["redrivePolicy"] == ""
    environment = deployment.one("lambda/function:Function").inputs["environment"]["variables"]
    assert environment["DEAD_LETTER_QUEUE_URL"] == environment["REJECTED_QUEUE_URL"] == ""
    assert not [name for name in deployment.outputs if name.startswith(("deadLetter", "rejected"))]
    policy = json.loads(deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"])
    sids = {statement["Sid"] for statement in policy["Statement"]}
    assert not sids & {"SendToDeadLetterQueue", "RejectUploads"}


def test_the_notification_waits_for_the_queue_policy(deployment: Deployment) -> None:
    notification = deployment.one("s3/bucketNotification:BucketNotification")
    policy = deployment.one("sqs/queuePolicy:QueuePolicy", "uploads-queue-policy")
    assert deployment.waits_for(notification, policy)


def test_the_mapping_returns_failed_messages_one_by_one_and_is_capped(
    deploy_stack: DeployStack,
) -> None:
    inputs = (
        deploy_stack("dev", maxConcurrency=7)
        .one("lambda/eventSourceMapping:EventSourceMapping")
        .inputs
    )
    assert inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert inputs["scalingConfig"] == {"maximumConcurrency": 7}


def test_the_function_is_what_was_configured(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack(
        "dev", runtime="python3.12", architecture="x86_64", memoryMib=1024, timeoutSeconds=60
    )
    inputs = deployment.one("lambda/function:Function").inputs
    assert inputs["runtime"] == "python3.12"
    assert inputs["architectures"] == ["x86_64"]
    assert (inputs["memorySize"], inputs["timeout"]) == (1024, 60)
    layer = deployment.one("lambda/layerVersion:LayerVersion").inputs
    assert layer["compatibleRuntimes"] == ["python3.12"]
    assert layer["compatibleArchitectures"] == ["x86_64"]


def test_logs_have_a_group_with_retention_before_the_function_exists(
    deployment: Deployment,
) -> None:
    log_group = deployment.one("cloudwatch/logGroup:LogGroup", "processor")
    function = deployment.one("lambda/function:Function", "processor")
    assert log_group.inputs["retentionInDays"] > 0
    assert deployment.waits_for(function, log_group)
    assert function.inputs["loggingConfig"]["logGroup"] == log_group.inputs["name"]


def test_the_index_answers_what_came_in_between_two_times(deployment: Deployment) -> None:
    inputs = deployment.one("dynamodb/table:Table").inputs
    (index,) = inputs["globalSecondaryIndexes"]
    # a range of times needs the time as range key, under a hash key that a query can name
    assert (index["hashKey"], index["rangeKey"]) == ("uploaded_day", "uploaded_at")
    assert inputs["billingMode"] == "PAY_PER_REQUEST"
    assert inputs["pointInTimeRecovery"] == {"enabled": True}


def test_every_alarm_says_what_to_do(deployment: Deployment) -> None:
    for alarm in deployment.of_type("cloudwatch/metricAlarm:MetricAlarm"):
        assert alarm.inputs["alarmDescription"], alarm.name


def test_the_outputs_are_names_and_arns_and_nothing_more(deployment: Deployment) -> None:
    kinds = {name.rstrip("s") for name in deployment.outputs}
    assert all(name.endswith(("Name", "Arn", "Url")) for name in kinds)
    assert all(isinstance(value, str) and value for value in deployment.outputs.values())
    assert {"uploadBucketName", "processedBucketArn", "queueUrl", "tableName"} <= kinds


def test_a_wrong_setting_ends_the_program_before_anything_is_registered(
    deploy_stack: DeployStack,
) -> None:
    with pytest.raises(SettingsError):
        deploy_stack("dev", memoryMib=1)


def test_protection_covers_all_that_holds_data(deploy_stack: DeployStack) -> None:
    tokens = ("s3/bucket:Bucket", "sqs/queue:Queue", "dynamodb/table:Table", "kms/key:Key")
    for enabled in (True, False):
        deployment = deploy_stack(
            "dev", enableProtection=enabled, enableKms=True, forceDestroy=False
        )
        holders = [resource for token in tokens for resource in deployment.of_type(token)]
        assert len(holders) == 7
        assert all(holder.protect == enabled for holder in holders)
        table = deployment.one("dynamodb/table:Table").inputs
        assert table["deletionProtectionEnabled"] == enabled
