"""Proves that of what a stack does without nothing is left: no grant, variable or output."""

import json
from collections.abc import Mapping

import pytest

from tests.infra.conftest import Deployment, DeployStack
from tests.infra.test_settings import problems

NETWORK: Mapping[str, object] = {
    "vpcId": "vpc-0a",
    "subnetIds": ["subnet-0a", "subnet-0b"],
    "routeTableIds": ["rtb-0a"],
    "enableVpcEndpoints": True,
}


def _environment(deployment: Deployment) -> Mapping[str, str]:
    function = deployment.one("lambda/function:Function")
    return function.inputs["environment"]["variables"]


def _grants(deployment: Deployment) -> Mapping[str, Mapping[str, object]]:
    policy = json.loads(deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"])
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def _key_users(deployment: Deployment) -> list[str]:
    policy = json.loads(deployment.one("kms/key:Key").inputs["policy"])
    return [statement["Sid"] for statement in policy["Statement"]]


def _endpoints(deployment: Deployment) -> set[str]:
    endpoints = deployment.of_type("ec2/vpcEndpoint:VpcEndpoint")
    return {endpoint.inputs["serviceName"].rpartition(".")[2] for endpoint in endpoints}


def test_without_variants_the_function_is_told_so(deploy_stack: DeployStack) -> None:
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
        assert ("UndeliveredNotifications" in _key_users(deployment)) == enabled
        assert ("sns" in _endpoints(deployment)) == enabled


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({"notificationEmail": "a@example.com"}, "notificationEmail"),
        ({"subscriptions": '[{"protocol": "sqs", "endpoint": "arn"}]'}, "subscriptions"),
        ({"existingTopicArn": "arn:aws:sns:eu-north-1:123456789012:photos"}, "existingTopicArn"),
    ],
)
def test_whom_to_tell_contradicts_telling_nobody(config: Mapping[str, str], key: str) -> None:
    assert f"imagepipe:{key}" not in problems({**config, "memoryMib": "1"})
    found = problems({**config, "enableNotifications": "false"})
    assert "contradicts enableNotifications" in found[f"imagepipe:{key}"].why
