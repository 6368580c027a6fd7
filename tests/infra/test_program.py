"""Proves what each stack registers, by rules that hold for every resource of every stack.

Mocks check no values against AWS: that AWS accepts the program is shown by tests/local.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from infra.settings import SettingsError
from tests.infra.conftest import Deployment, DeployStack, Registered

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

TAGGED = {
    *("s3/bucket:Bucket", "sqs/queue:Queue", "sns/topic:Topic", "dynamodb/table:Table"),
    *("lambda/function:Function", "lambda/eventSourceMapping:EventSourceMapping"),
    *("iam/role:Role", "cloudwatch/logGroup:LogGroup", "kms/key:Key"),
    *("cloudwatch/metricAlarm:MetricAlarm", "cloudwatch/eventRule:EventRule"),
    *("ec2/securityGroup:SecurityGroup", "ec2/vpcEndpoint:VpcEndpoint"),
}
"""The types of the program that AWS can tag."""


@pytest.fixture(params=STACKS, ids=lambda stack: "-".join((stack[0], *stack[1])))
def deployment(request: pytest.FixtureRequest, deploy_stack: DeployStack) -> Deployment:
    stack, overrides = request.param
    return deploy_stack(stack, **overrides)


def _policies(deployment: Deployment) -> Iterator[tuple[Registered, Mapping[str, Any]]]:
    for resource in deployment.resources:
        for field in ("policy", "assumeRolePolicy"):
            if field in resource.inputs:
                yield resource, json.loads(resource.inputs[field])


def test_every_resource_belongs_to_a_component_that_registered_its_outputs(
    deployment: Deployment,
) -> None:
    urns = {resource.urn for resource in deployment.resources}
    for resource in deployment.resources:
        if resource.type != "imagepipe:index:ImagePipeline":
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


def test_everything_that_can_be_tagged_says_what_it_belongs_to(deployment: Deployment) -> None:
    tagged = [resource for token in TAGGED for resource in deployment.of_type(token)]
    assert tagged
    for resource in tagged:
        tags = resource.inputs.get("tags", {})
        assert tags.get("Project") == "imagepipe", resource.name
        assert tags.get("Environment") in ("dev", "prod", "local")


def test_every_bucket_is_private_owned_versioned_encrypted_and_cleaned(
    deployment: Deployment,
) -> None:
    buckets = {bucket.inputs["bucket"] for bucket in deployment.of_type("s3/bucket:Bucket")}
    assert len(buckets) >= 2
    protections = {
        "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
            "blockPublicAcls": True,
            "blockPublicPolicy": True,
            "ignorePublicAcls": True,
            "restrictPublicBuckets": True,
        },
        "s3/bucketOwnershipControls:BucketOwnershipControls": {
            "rule": {"objectOwnership": "BucketOwnerEnforced"}
        },
        "s3/bucketVersioning:BucketVersioning": {"versioningConfiguration": {"status": "Enabled"}},
    }
    for token, values in protections.items():
        found = {
            resource.inputs["bucket"]: resource.inputs for resource in deployment.of_type(token)
        }
        assert found.keys() == buckets
        assert all(
            inputs[key] == value for inputs in found.values() for key, value in values.items()
        )
    for token in (
        "s3/bucketPolicy:BucketPolicy",
        "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    ):
        assert {resource.inputs["bucket"] for resource in deployment.of_type(token)} == buckets


def test_every_bucket_queue_and_topic_refuses_plain_http(deployment: Deployment) -> None:
    documents = {resource.name: json.dumps(policy) for resource, policy in _policies(deployment)}
    targets = [
        *deployment.of_type("s3/bucketPolicy:BucketPolicy"),
        *deployment.of_type("sqs/queuePolicy:QueuePolicy"),
        *deployment.of_type("sns/topicPolicy:TopicPolicy"),
    ]
    protected = sum(
        len(deployment.of_type(token))
        for token in ("s3/bucket:Bucket", "sqs/queue:Queue", "sns/topic:Topic")
    )
    assert len(targets) == protected
    for target in targets:
        assert '"aws:SecureTransport": "false"' in documents[target.name]


WITHOUT_RESOURCE = {"SendTraces", "SeeNetworkInterfaces"}
"""Statements whose actions know no resource, so that `*` is all that can be written."""


def test_no_statement_allows_everything(deployment: Deployment) -> None:
    documents = list(_policies(deployment))
    assert documents
    for resource, policy in documents:
        for statement in policy["Statement"]:
            key_policy = resource.type.endswith("kms/key:Key")
            if statement["Effect"] == "Allow" and not key_policy:
                assert "*" not in json.dumps(statement["Action"]), resource.name
                if statement["Sid"] not in WITHOUT_RESOURCE:
                    assert statement.get("Resource") != "*", resource.name
                if "vpcEndpoint" not in resource.type:  # a gateway takes no other principal
                    assert statement.get("Principal") != "*", resource.name
                else:
                    assert "aws:PrincipalArn" in statement["Condition"]["ArnEquals"]


def test_no_role_has_a_managed_policy(deployment: Deployment) -> None:
    assert deployment.of_type("iam/rolePolicyAttachment:RolePolicyAttachment") == []
    assert "managedPolicyArns" not in deployment.one("iam/role:Role").inputs


def test_everything_at_rest_is_encrypted(deployment: Deployment) -> None:
    key = deployment.of_type("kms/key:Key")
    for queue in deployment.of_type("sqs/queue:Queue"):
        assert bool(queue.inputs.get("kmsMasterKeyId")) == bool(key)
        assert bool(queue.inputs.get("sqsManagedSseEnabled")) != bool(key)
    assert deployment.one("sns/topic:Topic", "results").inputs["kmsMasterKeyId"]
    for topic in deployment.of_type("sns/topic:Topic"):
        # alarms cannot publish under a key of AWS, so their topic has the stack's own or none
        assert "results" in topic.name or ("kmsMasterKeyId" in topic.inputs) == bool(key)
    # without a key of its own, DynamoDB encrypts a table under one that AWS owns
    assert ("serverSideEncryption" in deployment.one("dynamodb/table:Table").inputs) == bool(key)
    for token in ("lambda/function:Function", "cloudwatch/logGroup:LogGroup"):
        inputs = deployment.one(token).inputs
        assert ("kmsKeyArn" in inputs or "kmsKeyId" in inputs) == bool(key)


def test_messages_stay_hidden_for_six_function_timeouts(deployment: Deployment) -> None:
    timeout_seconds = deployment.one("lambda/function:Function").inputs["timeout"]
    queue = deployment.one("sqs/queue:Queue", "uploads-queue").inputs
    assert queue["visibilityTimeoutSeconds"] >= 6 * timeout_seconds


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


def test_without_a_dead_letter_queue_nothing_refers_to_one(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableDlq=False)
    assert "redrivePolicy" not in deployment.one("sqs/queue:Queue").inputs
    environment = deployment.one("lambda/function:Function").inputs["environment"]["variables"]
    assert environment["DEAD_LETTER_QUEUE_URL"] == ""
    assert not [name for name in deployment.outputs if name.startswith("deadLetter")]
    policy = json.loads(deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"])
    assert "ForwardRejected" not in [statement["Sid"] for statement in policy["Statement"]]


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
    log_group = deployment.one("cloudwatch/logGroup:LogGroup")
    function = deployment.one("lambda/function:Function")
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


def test_every_alarm_tells_somebody_and_says_what_to_do(deployment: Deployment) -> None:
    for alarm in deployment.of_type("cloudwatch/metricAlarm:MetricAlarm"):
        assert alarm.inputs["alarmActions"], alarm.name
        assert alarm.inputs["alarmDescription"]
        assert alarm.inputs.get("actionsEnabled", True)


def test_an_email_subscription_exists_only_when_somebody_asked(deploy_stack: DeployStack) -> None:
    token = "sns/topicSubscription:TopicSubscription"
    assert deploy_stack("dev").of_type(token) == []
    subscription = deploy_stack("dev", notificationEmail="a@example.com").one(token)
    assert (subscription.inputs["protocol"], subscription.inputs["endpoint"]) == (
        *("email", "a@example.com"),
    )


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
