"""Proves that of what a stack does without nothing is left: no grant, variable or output."""

import json
from collections.abc import Mapping

import pytest

from tests.infra.config.test_settings import problems
from tests.infra.conftest import Deployment, DeployStack

NETWORK: Mapping[str, object] = {
    "vpcId": "vpc-0a",
    "subnetIds": ["subnet-0a", "subnet-0b"],
    "routeTableIds": ["rtb-0a"],
    "enableVpcEndpoints": True,
}


def _environment(deployment: Deployment) -> Mapping[str, str]:
    function = deployment.one("lambda/function:Function", "processor")
    return function.inputs["environment"]["variables"]


def _grants(deployment: Deployment) -> Mapping[str, Mapping[str, object]]:
    policy = json.loads(deployment.one("iam/rolePolicy:RolePolicy", "processor").inputs["policy"])
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def _key_users(deployment: Deployment) -> list[str]:
    policy = json.loads(deployment.one("kms/key:Key").inputs["policy"])
    return [statement["Sid"] for statement in policy["Statement"]]


def _endpoints(deployment: Deployment) -> set[str]:
    endpoints = deployment.of_type("ec2/vpcEndpoint:VpcEndpoint")
    return {endpoint.inputs["serviceName"].rpartition(".")[2] for endpoint in endpoints}


def test_without_variants_the_function_gets_an_empty_list(deploy_stack: DeployStack) -> None:
    assert json.loads(_environment(deploy_stack("dev", variants=[]))["VARIANTS"]) == []


def test_without_notifications_there_is_no_topic_and_nothing_that_concerns_one(
    deploy_stack: DeployStack,
) -> None:
    for enabled in (True, False):
        deployment = deploy_stack("prod", enableNotifications=enabled, **NETWORK)
        topics = [topic.name for topic in deployment.of_type("sns/topic:Topic")]
        assert any("results" in topic for topic in topics) == enabled
        assert bool(_environment(deployment)["TOPIC_ARN"]) == enabled
        assert ("Publish" in _grants(deployment)) == enabled
        assert ({"topicName", "topicArn"} <= deployment.outputs.keys()) == enabled
        assert ("sns" in _endpoints(deployment)) == enabled


def test_a_topic_may_use_the_key_where_it_has_undelivered_messages(
    deploy_stack: DeployStack,
) -> None:
    queue = {"protocol": "sqs", "endpoint": "arn:aws:sqs:us-east-1:123456789012:photos"}
    subscribed = deploy_stack("prod", subscriptions=[queue])
    assert "UndeliveredNotifications" in _key_users(subscribed)
    email = deploy_stack("prod", notificationEmail="a@example.com")
    assert "UndeliveredNotifications" not in _key_users(email)


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({"notificationEmail": "a@example.com"}, "notificationEmail"),
        (
            {"subscriptions": '[{"protocol": "email", "endpoint": "a@example.com"}]'},
            "subscriptions",
        ),
        ({"existingTopicArn": "arn:aws:sns:eu-west-1:123456789012:photos"}, "existingTopicArn"),
    ],
)
def test_a_target_of_notifications_contradicts_disabled_notifications(
    config: Mapping[str, str], key: str
) -> None:
    assert f"imagepipe:{key}" not in problems({**config, "memoryMib": "1"})
    found = problems({**config, "enableNotifications": "false"})
    assert "contradicts enableNotifications" in found[f"imagepipe:{key}"].why


def test_in_one_bucket_uploads_and_variants_are_apart_by_prefix(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack(
        "dev", layout="one-bucket", enableAccessLogs=True, outputExpirationDays=365
    )
    bucket = deployment.one("s3/bucket:Bucket", "uploads").inputs["bucket"]
    buckets = {each.inputs["bucket"] for each in deployment.of_type("s3/bucket:Bucket")}
    assert len(buckets) == 2, "the other one holds the access logs"
    environment = _environment(deployment)
    assert environment["UPLOAD_BUCKET"] == environment["PROCESSED_BUCKET"] == bucket
    assert environment["UPLOAD_PREFIX"] == deployment.outputs["uploadPrefix"] == "uploads/"
    assert environment["PROCESSED_PREFIX"] == deployment.outputs["processedPrefix"] == "processed/"
    grants = _grants(deployment)
    assert grants["ReadUploads"]["Resource"] == f"arn:aws:s3:::{bucket}/uploads/*"
    assert grants["WriteVariants"]["Resource"] == f"arn:aws:s3:::{bucket}/processed/*"
    rules = deployment.one(
        "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "uploads"
    ).inputs["rules"]
    expiring = [rule["filter"] for rule in rules if "expiration" in rule]
    assert expiring == [{"prefix": "processed/"}], "originals are never deleted"


def test_in_two_buckets_nothing_is_apart_by_prefix(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", uploadPrefix="in/", processedPrefix="out/")
    environment = _environment(deployment)
    assert environment["UPLOAD_PREFIX"] == environment["PROCESSED_PREFIX"] == ""
    assert "uploadPrefix" not in deployment.outputs
    assert len(deployment.of_type("s3/bucket:Bucket")) == 2


@pytest.mark.parametrize(
    ("options", "prefixes"),
    [
        ({}, ["uploads/"]),
        ({"keyPrefixes": ["a/", "b"]}, ["uploads/a/", "uploads/b"]),
        ({"uploadPrefix": "", "variants": []}, [None]),
        ({"uploadPrefix": "", "variants": [], "keyPrefixes": ["a/"]}, ["a/"]),
    ],
)
def test_in_one_bucket_only_uploads_become_events(
    deploy_stack: DeployStack, options: Mapping[str, object], prefixes: list[str | None]
) -> None:
    notification = "s3/bucketNotification:BucketNotification"
    for trigger, targets in (("sqs", "queues"), ("s3", "lambdaFunctions")):
        deployment = deploy_stack("dev", layout="one-bucket", trigger=trigger, **options)
        rules = deployment.one(notification).inputs[targets]
        assert [rule.get("filterPrefix") for rule in rules] == prefixes
    deployment = deploy_stack("dev", layout="one-bucket", trigger="eventbridge", **options)
    rule = deployment.one("cloudwatch/eventRule:EventRule").inputs
    matched = json.loads(rule["eventPattern"])["detail"].get("object", {}).get("key", [])
    assert matched == [{"wildcard": f"{prefix}*"} for prefix in prefixes if prefix]


def test_the_one_bucket_may_be_there_already(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack(
        "dev", layout="one-bucket", existingUploadBucket="photos", replaceNotifications=True
    )
    assert deployment.of_type("s3/bucket:Bucket") == []
    assert deployment.outputs["processedBucketName"] == "photos"


@pytest.mark.parametrize(
    ("config", "key", "why"),
    [
        ({"processedPrefix": "uploads/"}, "processedPrefix", "variants would be uploads again"),
        ({"processedPrefix": "uploads/out/"}, "processedPrefix", "neither begin with uploadPrefix"),
        ({"uploadPrefix": "processed/in/"}, "processedPrefix", "nor the other way round"),
        ({"uploadPrefix": ""}, "uploadPrefix", "may be empty only if variants is"),
        ({"processedPrefix": ""}, "processedPrefix", "pattern"),
        ({"processedPrefix": "out"}, "processedPrefix", "pattern"),
        ({"uploadPrefix": "in"}, "uploadPrefix", "pattern"),
        ({"uploadPrefix": "i*n/"}, "uploadPrefix", "pattern"),
        ({"keyPrefixes": '["uploads/a/"]'}, "uploadPrefix", "leave it out of 'uploads/a/'"),
        ({"existingProcessedBucket": "photos"}, "existingProcessedBucket", "layout one-bucket"),
        ({"layout": "three"}, "layout", "'one-bucket'"),
    ],
)
def test_a_layout_in_which_variants_could_be_uploads_is_refused(
    config: Mapping[str, str], key: str, why: str
) -> None:
    assert why in problems({"layout": "one-bucket", **config})[f"imagepipe:{key}"].why


def test_without_records_there_is_no_table_and_nothing_that_concerns_one(
    deploy_stack: DeployStack,
) -> None:
    for enabled in (True, False):
        deployment = deploy_stack(
            "prod", enableRecords=enabled, enableReconciler=enabled, **NETWORK
        )
        assert bool(deployment.of_type("dynamodb/table:Table")) == enabled
        assert bool(_environment(deployment)["TABLE_NAME"]) == enabled
        assert ("WriteRecords" in _grants(deployment)) == enabled
        assert ({"tableName", "tableArn"} <= deployment.outputs.keys()) == enabled
        assert ("dynamodb" in _endpoints(deployment)) == enabled
        alarms = deployment.of_type("cloudwatch/metricAlarm:MetricAlarm")
        assert any("table" in alarm.name for alarm in alarms) == enabled
        dashboard = deployment.one("cloudwatch/dashboard:Dashboard").inputs["dashboardBody"]
        assert ("AWS/DynamoDB" in dashboard) == enabled


@pytest.mark.parametrize(
    ("config", "key", "why"),
    [
        ({"existingTableName": "Photos"}, "existingTableName", "contradicts enableRecords"),
        ({"propagateDeletes": "true"}, "propagateDeletes", "needs enableRecords"),
    ],
)
def test_what_needs_records_contradicts_keeping_none(
    config: Mapping[str, str], key: str, why: str
) -> None:
    assert f"imagepipe:{key}" not in problems({**config, "memoryMib": "1"})
    assert why in problems({**config, "enableRecords": "false"})[f"imagepipe:{key}"].why


def test_of_all_parts_only_what_makes_variants_may_be_left(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableRecords=False, enableNotifications=False, trigger="s3")
    kinds = {each.type.split(":")[1].split("/")[0] for each in deployment.resources}
    assert not kinds & {"dynamodb", "sns"}
    assert len(deployment.of_type("sqs/queue:Queue")) == 2, "dead letters and rejected uploads"
