"""Proves that each option does what it says, and changes nothing when it is off."""

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest

from tests.infra.config.test_settings import problems
from tests.infra.conftest import Deployment, DeployStack, Registered

FUNCTION = "lambda/function:Function"
MAPPING = "lambda/eventSourceMapping:EventSourceMapping"
NOTIFICATION = "s3/bucketNotification:BucketNotification"
LIFECYCLE = "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def _rules(deployment: Deployment, name_part: str) -> Mapping[str, Mapping[str, Any]]:
    rules = cast("list[Mapping[str, Any]]", deployment.one(LIFECYCLE, name_part).inputs["rules"])
    return {str(rule["id"]): rule for rule in rules}


def test_owner_and_classification_become_tags(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", owner="web-team", dataClassification="internal")
    tags = deployment.one("dynamodb/table:Table").inputs["tags"]
    assert (tags["Owner"], tags["DataClassification"]) == ("web-team", "internal")
    assert "Owner" not in deploy_stack("dev").one("dynamodb/table:Table").inputs["tags"]


def test_the_function_gets_the_size_and_surroundings_that_were_asked_for(
    deploy_stack: DeployStack,
) -> None:
    layer = "arn:aws:lambda:us-east-1:123456789012:layer:extra:3"
    policy = "arn:aws:iam::aws:policy/CloudWatchLambdaInsightsExecutionRolePolicy"
    deployment = deploy_stack(
        "dev",
        ephemeralStorageMib=1024,
        reservedConcurrency=20,
        extraEnvironment={"FEATURE": "on"},
        extraLayerArns=[layer],
        extraPolicyArns=[policy],
    )
    inputs = deployment.one(FUNCTION).inputs
    assert inputs["ephemeralStorage"] == {"size": 1024}
    assert inputs["reservedConcurrentExecutions"] == 20
    assert inputs["environment"]["variables"]["FEATURE"] == "on"
    assert inputs["layers"][1:] == [layer]
    attachment = deployment.one("iam/rolePolicyAttachment:RolePolicyAttachment")
    assert attachment.inputs["policyArn"] == policy
    assert attachment.urn in deployment.one(FUNCTION).dependencies


def test_lambda_logs_in_the_format_of_the_handler_and_drops_none_of_its_lines(
    deploy_stack: DeployStack,
) -> None:
    for log_format, levels in (
        ("json", {"logFormat": "JSON", "applicationLogLevel": "DEBUG", "systemLogLevel": "INFO"}),
        ("text", {"logFormat": "Text"}),
    ):
        deployment = deploy_stack("dev", logFormat=log_format)
        inputs = deployment.one(FUNCTION).inputs
        group = deployment.outputs["logGroupName"]
        assert inputs["loggingConfig"] == {**levels, "logGroup": group}
        assert inputs["environment"]["variables"]["LOG_FORMAT"] == log_format


def test_tracing_is_switched_on_together_with_the_permission_to_send_traces(
    deploy_stack: DeployStack,
) -> None:
    for enabled, mode in ((True, "Active"), (False, "PassThrough")):
        deployment = deploy_stack("dev", enableXray=enabled)
        assert deployment.one(FUNCTION).inputs["tracingConfig"] == {"mode": mode}
        policy = json.loads(deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"])
        sids = [statement["Sid"] for statement in policy["Statement"]]
        assert ("SendTraces" in sids) == enabled


def test_without_warm_environments_events_go_to_the_latest_code(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev")
    assert deployment.of_type("lambda/alias:Alias") == []
    assert deployment.one(FUNCTION).inputs["publish"] is False


def test_warm_environments_are_on_the_alias_that_events_go_to(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", provisionedConcurrency=2, provisionedConcurrencyMax=8)
    alias = deployment.one("lambda/alias:Alias")
    assert deployment.one(FUNCTION).inputs["publish"] is True
    assert alias.urn in deployment.one(MAPPING).dependencies
    warm = deployment.one("lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig").inputs
    assert (warm["provisionedConcurrentExecutions"], warm["qualifier"]) == (2, "live")
    target = deployment.one("appautoscaling/target:Target").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (2, 8)
    assert target["resourceId"].endswith(":live")


def test_warm_environments_do_not_scale_unless_asked(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", provisionedConcurrency=2)
    assert deployment.of_type("appautoscaling/target:Target") == []


def test_snap_start_applies_to_the_version_that_events_go_to(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableSnapStart=True)
    assert deployment.one(FUNCTION).inputs["snapStart"] == {"applyOn": "PublishedVersions"}
    assert deployment.one("lambda/alias:Alias").urn in deployment.one(MAPPING).dependencies


def test_the_queue_batches_waits_and_gives_up_as_configured(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack(
        "dev", batchSize=50, batchWindowSeconds=10, maxReceiveCount=7, queueRetentionDays=2
    )
    mapping = deployment.one(MAPPING).inputs
    assert (mapping["batchSize"], mapping["maximumBatchingWindowInSeconds"]) == (50, 10)
    queue = deployment.one("sqs/queue:Queue", "uploads-queue").inputs
    assert json.loads(queue["redrivePolicy"])["maxReceiveCount"] == 7
    assert queue["messageRetentionSeconds"] == 2 * 24 * 3600
    # six function timeouts of 120 s, and the window
    assert queue["visibilityTimeoutSeconds"] == 6 * 120 + 10


def test_objects_move_and_expire_as_configured(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack(
        "dev",
        noncurrentExpirationDays=90,
        abortMultipartDays=1,
        infrequentAccessAfterDays=30,
        glacierAfterDays=90,
        outputExpirationDays=365,
    )
    uploads, processed = _rules(deployment, "uploads"), _rules(deployment, "processed")
    invisible = uploads["expire-invisible-data"]
    assert invisible["noncurrentVersionExpiration"] == {"noncurrentDays": 90}
    assert invisible["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 1}
    assert uploads["move-to-cheaper-storage"]["transitions"] == [
        {"days": 30, "storageClass": "STANDARD_IA"},
        {"days": 90, "storageClass": "GLACIER"},
    ]
    assert processed["expire"]["expiration"] == {"days": 365}
    assert "expire" not in uploads, "originals are never deleted"


def test_without_versioning_uploads_and_variants_are_overwritten_and_access_logs_are_not(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev", enableVersioning=False, enableAccessLogs=True)
    # S3 has no way back to never versioned: suspended, a bucket can be switched to and fro.
    for bucket, status in (
        *(("uploads", "Suspended"), ("processed", "Suspended")),
        ("access-logs", "Enabled"),
    ):
        versioning = deployment.one("s3/bucketVersioning:BucketVersioning", bucket).inputs
        assert versioning["versioningConfiguration"] == {"status": status}


def test_intelligent_tiering_moves_objects_at_once(deploy_stack: DeployStack) -> None:
    rules = _rules(deploy_stack("dev", enableIntelligentTiering=True), "uploads")
    assert rules["move-to-cheaper-storage"]["transitions"] == [
        {"days": 0, "storageClass": "INTELLIGENT_TIERING"}
    ]


def test_access_logs_of_both_buckets_go_to_a_bucket_that_only_s3_writes_to(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev", enableAccessLogs=True)
    logs = deployment.one("s3/bucket:Bucket", "access-logs").inputs["bucket"]
    logging = deployment.of_type("s3/bucketLogging:BucketLogging")
    assert [found.inputs["targetBucket"] for found in logging] == [logs, logs]
    assert logs not in [found.inputs["bucket"] for found in logging], "it does not log itself"
    policy = json.loads(
        deployment.one("s3/bucketPolicy:BucketPolicy", "access-logs").inputs["policy"]
    )
    writers = [statement for statement in policy["Statement"] if statement["Effect"] == "Allow"]
    assert {writer["Principal"]["Service"] for writer in writers} == {"logging.s3.amazonaws.com"}
    assert {writer["Resource"] for writer in writers} == {
        f"arn:aws:s3:::{logs}/{found.inputs['bucket']}/*" for found in logging
    }


def test_protection_covers_all_that_holds_data(deploy_stack: DeployStack) -> None:
    tokens = ("s3/bucket:Bucket", "sqs/queue:Queue", "dynamodb/table:Table", "kms/key:Key")
    for enabled in (True, False):
        deployment = deploy_stack(
            "dev", enableProtection=enabled, enableKms=True, forceDestroy=False
        )
        holders = [resource for token in tokens for resource in deployment.of_type(token)]
        assert len(holders) == 6
        assert all(holder.protect == enabled for holder in holders)
        table = deployment.one("dynamodb/table:Table").inputs
        assert table["deletionProtectionEnabled"] == enabled


def test_filters_become_one_rule_for_each_pair_of_a_prefix_and_a_suffix(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev", keyPrefixes=["in/", "new/"], keySuffixes=[".jpg", ".JPG"])
    rules = deployment.one(NOTIFICATION).inputs["queues"]
    assert [(rule["filterPrefix"], rule["filterSuffix"]) for rule in rules] == [
        ("in/", ".jpg"),
        ("in/", ".JPG"),
        ("new/", ".jpg"),
        ("new/", ".JPG"),
    ]


def test_without_filters_every_object_is_an_upload(deploy_stack: DeployStack) -> None:
    (rule,) = deploy_stack("dev").one(NOTIFICATION).inputs["queues"]
    assert rule.keys() == {"queueArn", "events"}


def test_through_eventbridge_a_rule_sends_to_the_queue_and_has_a_place_for_the_undelivered(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev", trigger="eventbridge", keySuffixes=[".jpg"])
    assert deployment.one(NOTIFICATION).inputs == {
        "bucket": deployment.outputs["uploadBucketName"],
        "eventbridge": True,
    }
    rule = deployment.one("cloudwatch/eventRule:EventRule").inputs
    assert json.loads(rule["eventPattern"]) == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [deployment.outputs["uploadBucketName"]]},
            "object": {"key": [{"wildcard": "*.jpg"}]},
        },
    }
    target = deployment.one("cloudwatch/eventTarget:EventTarget").inputs
    assert target["arn"] == deployment.outputs["queueArn"]
    assert target["deadLetterConfig"] == {"arn": deployment.outputs["deadLetterQueueArn"]}
    rule_arn = f"arn:aws:events:us-east-1:123456789012:rule/{rule['name']}"
    for policy in deployment.of_type("sqs/queuePolicy:QueuePolicy"):
        assert _senders(policy)["events.amazonaws.com"] == rule_arn


@pytest.mark.parametrize("trigger", ["sqs", "eventbridge"])
def test_the_queue_takes_events_of_either_trigger_since_some_are_under_way_after_a_change(
    trigger: str, deploy_stack: DeployStack
) -> None:
    deployment = deploy_stack("dev", trigger=trigger)
    policy = deployment.one("sqs/queuePolicy:QueuePolicy", "uploads-queue-policy")
    place = "arn:aws:events:us-east-1:123456789012:rule/imagepipe-dev-uploads-0a1b2c3d"
    bucket = deployment.outputs["uploadBucketArn"]
    assert _senders(policy) == {"s3.amazonaws.com": bucket, "events.amazonaws.com": place}


def _senders(policy: Registered) -> dict[str, str]:
    """ARN of what each service may send for, by service."""
    return {
        statement["Principal"]["Service"]: statement["Condition"]["ArnLike"]["aws:SourceArn"]
        for statement in json.loads(policy.inputs["policy"])["Statement"]
        if statement["Effect"] == "Allow"
    }


def test_the_direct_trigger_has_no_queue_and_keeps_what_lambda_gives_up_on(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack(
        "dev", trigger="s3", keyPrefixes=["in/"], asyncMaxRetries=1, asyncMaxEventAgeSeconds=60
    )
    assert deployment.of_type(MAPPING) == []
    assert "queueUrl" not in deployment.outputs
    (rule,) = deployment.one(NOTIFICATION).inputs["lambdaFunctions"]
    assert rule["lambdaFunctionArn"] == deployment.outputs["functionArn"]
    assert rule["filterPrefix"] == "in/"
    permission = deployment.one("lambda/permission:Permission").inputs
    assert permission["principal"] == "s3.amazonaws.com"
    assert permission["sourceAccount"] == "123456789012"
    assert permission["sourceArn"] == deployment.outputs["uploadBucketArn"]
    failures = deployment.one("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").inputs
    assert (failures["maximumRetryAttempts"], failures["maximumEventAgeInSeconds"]) == (1, 60)
    assert failures["destinationConfig"] == {
        "onFailure": {"destination": deployment.outputs["deadLetterQueueArn"]}
    }
    policy = json.loads(deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"])
    sids = {statement["Sid"] for statement in policy["Statement"]}
    assert "ConsumeQueue" not in sids
    assert "ForwardRejected" in sids


def test_without_a_network_the_function_and_its_role_know_of_none(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev")
    assert "vpcConfig" not in deployment.one(FUNCTION).inputs
    assert "ec2:" not in deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"]


def test_in_a_network_the_function_gets_out_by_the_endpoints_alone(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack(
        "dev",
        vpcId="vpc-0a",
        subnetIds=["subnet-0a", "subnet-0b"],
        routeTableIds=["rtb-0a"],
        enableVpcEndpoints=True,
    )
    config = deployment.one(FUNCTION).inputs["vpcConfig"]
    assert config["subnetIds"] == ["subnet-0a", "subnet-0b"]
    assert len(config["securityGroupIds"]) == 1
    endpoints = deployment.of_type("ec2/vpcEndpoint:VpcEndpoint")
    assert {endpoint.inputs["serviceName"].rpartition(".")[2] for endpoint in endpoints} == {
        *("s3", "dynamodb", "sqs", "sns"),
    }
    ways = deployment.of_type("vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert ways
    assert all((way.inputs["fromPort"], way.inputs["toPort"]) == (443, 443) for way in ways)
    assert not any("cidrIpv4" in way.inputs for way in ways)


def test_in_a_network_of_the_users_own_making_nothing_is_created(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack(
        "dev",
        vpcId="vpc-0a",
        subnetIds=["subnet-0a", "subnet-0b"],
        securityGroupIds=["sg-0a"],
    )
    assert deployment.one(FUNCTION).inputs["vpcConfig"]["securityGroupIds"] == ["sg-0a"]
    assert deployment.of_type("ec2/securityGroup:SecurityGroup") == []
    assert "JoinNetwork" in deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"]


def test_what_a_program_would_not_take_goes_to_the_dead_letters(
    deploy_stack: DeployStack,
) -> None:
    hook = {"protocol": "https", "endpoint": "https://example.com/hook"}
    deployment = deploy_stack("dev", notificationEmail="a@example.com", subscriptions=[hook])
    token = "sns/topicSubscription:TopicSubscription"
    email, program = (deployment.one(token, f"subscription-{number}") for number in range(2))
    assert "redrivePolicy" not in email.inputs
    assert json.loads(program.inputs["redrivePolicy"]) == {
        "deadLetterTargetArn": deployment.outputs["deadLetterQueueArn"]
    }
    policy = deployment.one("sqs/queuePolicy:QueuePolicy", "dead-letters").inputs["policy"]
    (sender,) = [s for s in json.loads(policy)["Statement"] if s["Effect"] == "Allow"]
    assert sender["Principal"] == {"Service": "sns.amazonaws.com"}
    assert sender["Condition"]["ArnLike"] == {"aws:SourceArn": deployment.outputs["topicArn"]}


ALARM = "cloudwatch/metricAlarm:MetricAlarm"
DASHBOARD = "cloudwatch/dashboard:Dashboard"


def test_nothing_is_watched_unless_asked(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev")
    assert deployment.of_type(ALARM) == deployment.of_type(DASHBOARD) == []
    assert deployment.of_type("cloudwatch/logMetricFilter:LogMetricFilter") == []


def test_alarms_tell_a_topic_of_their_own_with_the_thresholds_that_were_set(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack(
        "dev", enableAlarms=True, alarmEmail="ops@example.com", deadLetterAlarmThreshold=3
    )
    topic = deployment.one("sns/topic:Topic", "monitoring")
    dead_letters = deployment.one(ALARM, "dead-letters").inputs
    assert dead_letters["threshold"] == 3
    assert dead_letters["dimensions"] == {"QueueName": deployment.outputs["deadLetterQueueName"]}
    assert dead_letters["alarmActions"] == [
        f"arn:aws:sns:us-east-1:123456789012:{topic.inputs['name']}"
    ]
    assert deployment.one("sns/topicSubscription:TopicSubscription").inputs["endpoint"] == (
        "ops@example.com"
    )
    assert deployment.of_type(DASHBOARD) == []


def test_alarms_can_tell_an_existing_topic(deploy_stack: DeployStack) -> None:
    topic_arn = "arn:aws:sns:us-east-1:123456789012:operations"
    deployment = deploy_stack("dev", enableAlarms=True, alarmTopicArn=topic_arn)
    assert len(deployment.of_type("sns/topic:Topic")) == 1
    assert all(alarm.inputs["alarmActions"] == [topic_arn] for alarm in deployment.of_type(ALARM))


def test_a_key_lets_alarms_use_it_only_when_there_are_alarms(deploy_stack: DeployStack) -> None:
    for enabled in (True, False):
        key = deploy_stack("dev", enableKms=True, enableAlarms=enabled).one("kms/key:Key").inputs
        sids = [statement["Sid"] for statement in json.loads(key["policy"])["Statement"]]
        assert ("Alarms" in sids) == enabled


def test_the_dashboard_needs_no_alarms(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableDashboard=True)
    body = json.loads(deployment.one(DASHBOARD).inputs["dashboardBody"])
    assert body["widgets"]
    assert deployment.of_type(ALARM) == []


@pytest.mark.parametrize(
    ("config", "key", "why"),
    [
        ({"reservedConcurrency": "5"}, "reservedConcurrency", "at least maxConcurrency"),
        ({"batchSize": "11"}, "batchSize", "need a batchWindowSeconds"),
        (
            {"provisionedConcurrency": "5", "provisionedConcurrencyMax": "5"},
            *("provisionedConcurrencyMax", "more than provisionedConcurrency"),
        ),
        (
            {"enableSnapStart": "true", "provisionedConcurrency": "1"},
            *("enableSnapStart", "cannot be combined with provisionedConcurrency"),
        ),
        (
            {"enableSnapStart": "true", "ephemeralStorageMib": "1024"},
            *("enableSnapStart", "more than 512 MiB"),
        ),
        (
            {"enableProtection": "true", "forceDestroy": "true"},
            *("enableProtection", "contradicts forceDestroy"),
        ),
        ({"infrequentAccessAfterDays": "29"}, "infrequentAccessAfterDays", "at least 30"),
        (
            {"infrequentAccessAfterDays": "30", "glacierAfterDays": "59"},
            *("glacierAfterDays", "at least 60"),
        ),
        (
            {"enableIntelligentTiering": "true", "glacierAfterDays": "1"},
            *("enableIntelligentTiering", "cannot be combined"),
        ),
        (
            {"glacierAfterDays": "90", "outputExpirationDays": "90"},
            *("outputExpirationDays", "more than the 90 days"),
        ),
        (
            {"extraEnvironment": '{"VARIANTS": "[]"}'},
            "extraEnvironment.VARIANTS",
            "VARIANTS cannot be set",
        ),
        (
            {"extraEnvironment": '{"AWS_REGION": "x"}'},
            "extraEnvironment.AWS_REGION",
            "AWS_REGION cannot",
        ),
        ({"extraLayerArns": '["layer"]'}, "extraLayerArns[0]", "pattern"),
        (
            {
                "alarmEmail": "a@example.com",
                "alarmTopicArn": "arn:aws:sns:us-east-1:123456789012:t",
            },
            *("alarmEmail", "cannot be combined with alarmTopicArn"),
        ),
        ({"enableAlarms": "true", "logLevel": "ERROR"}, "enableAlarms", "not logged at logLevel"),
        ({"enableAlarms": "true", "logFormat": "text"}, "enableAlarms", "counts JSON lines"),
        ({"enableDashboard": "true", "logFormat": "text"}, "enableDashboard", "counts JSON lines"),
        ({"vpcId": "vpc-0a"}, "vpcId", "goes with subnetIds"),
        ({"subnetIds": '["subnet-0a"]'}, "subnetIds", "at least 2"),
        (
            {"vpcId": "vpc-0a", "subnetIds": '["subnet-0a", "subnet-0b"]'},
            *("vpcId", "could reach nothing"),
        ),
        ({"enableVpcEndpoints": "true"}, "enableVpcEndpoints", "needs routeTableIds"),
        ({"alarmPeriodSeconds": "90"}, "alarmPeriodSeconds", "multiple of 60"),
        ({"trigger": "sns"}, "trigger", "'eventbridge'"),
        ({"keyPrefixes": '["a/", "a/b/"]'}, "keyPrefixes[1]", "'a/b/' begins with 'a/'"),
        ({"keySuffixes": '[".jpg", "x.jpg"]'}, "keySuffixes[1]", "'x.jpg' ends with '.jpg'"),
        ({"keySuffixes": '[""]'}, "keySuffixes[0]", "at least 1"),
        ({"dataClassification": "secret"}, "dataClassification", "'confidential'"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    config: Mapping[str, str], key: str, why: str
) -> None:
    assert why in problems(config)[f"imagepipe:{key}"].why


@pytest.mark.parametrize("trigger", ["sqs", "s3"])
def test_removals_become_events_only_if_they_are_followed(
    deploy_stack: DeployStack, trigger: str
) -> None:
    for propagate in (False, True):
        deployment = deploy_stack("dev", trigger=trigger, propagateDeletes=propagate)
        inputs = deployment.one(NOTIFICATION).inputs
        (rule,) = inputs.get("queues") or inputs["lambdaFunctions"]
        assert ("s3:ObjectRemoved:*" in rule["events"]) is propagate
        environment = deployment.one(FUNCTION).inputs["environment"]["variables"]
        assert environment["PROPAGATE_DELETES"] == ("true" if propagate else "false")
