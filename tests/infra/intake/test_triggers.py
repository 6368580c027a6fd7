"""Proves how uploads become events of the function, for each trigger and filter."""

import json

import pytest

from tests.infra.conftest import DeployStack, Registered
from tests.infra.tokens import FUNCTION, MAPPING, NOTIFICATION


def _senders(policy: Registered) -> dict[str, str]:
    """ARN of what each service may send for, by service."""
    return {
        statement["Principal"]["Service"]: statement["Condition"]["ArnLike"]["aws:SourceArn"]
        for statement in json.loads(policy.inputs["policy"])["Statement"]
        if statement["Effect"] == "Allow"
    }


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


def test_through_eventbridge_a_rule_sends_to_the_queue_and_failed_deliveries_to_the_dead_letters(
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
        "detail-type": ["Object Created", "Object Restore Completed"],
        "detail": {
            "bucket": {"name": [deployment.outputs["uploadBucketName"]]},
            "object": {"key": [{"wildcard": "*.jpg"}]},
        },
    }
    target = deployment.one("cloudwatch/eventTarget:EventTarget").inputs
    assert target["arn"] == deployment.outputs["queueArn"]
    assert target["deadLetterConfig"] == {"arn": deployment.outputs["deadLetterQueueArn"]}
    rule_arn = f"arn:aws:events:us-east-1:123456789012:rule/{rule['name']}"
    for queue in ("uploads", "dead-letters"):
        policy = deployment.one("sqs/queuePolicy:QueuePolicy", queue)
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
    assert "SendToDeadLetterQueue" in sids


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
