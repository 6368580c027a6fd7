"""Proves who may publish to the topic of alarms, under which key, and who is subscribed."""

import json

import pulumi
import pytest

from infra.monitoring.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.stack.account import Account
from tests.infra.conftest import ACCOUNT_ID, REGION, Deploy, Deployment
from tests.infra.monitoring.pipeline_alarms import TAGS, TOPIC
from tests.infra.tokens import SUBSCRIPTION


def _topic(deploy: Deploy, *, email: str = "", kms_key_arn: str | None = None) -> Deployment:
    def program() -> None:
        args = AlarmTopicArgs(
            topic_name="alarms",
            account=Account(
                account_id=pulumi.Output.from_input(ACCOUNT_ID),
                partition=pulumi.Output.from_input("aws"),
                region=pulumi.Output.from_input(REGION),
            ),
            email=email,
            kms_key_arn=kms_key_arn,
            tags=TAGS,
        )
        pulumi.export("arn", AlarmTopic("topic", args).arn)

    return deploy(program)


def test_alarms_of_this_account_may_publish_over_tls_and_no_other_service_may(
    deploy: Deploy,
) -> None:
    deployment = _topic(deploy)
    assert deployment.outputs["arn"] == TOPIC
    policy = json.loads(deployment.one("sns/topicPolicy:TopicPolicy").inputs["policy"])
    allow, deny = policy["Statement"]
    assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert (allow["Effect"], allow["Action"], allow["Resource"]) == ("Allow", "sns:Publish", TOPIC)
    assert allow["Condition"] == {
        "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT_ID}:alarm:*"},
        "StringEquals": {"aws:SourceAccount": ACCOUNT_ID},
    }
    assert deny["Effect"] == "Deny"
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("key", [None, "arn:aws:kms:us-east-1:123456789012:key/k"])
def test_the_topic_is_under_a_key_of_the_stack_or_none_but_never_that_of_sns(
    deploy: Deploy, key: str | None
) -> None:
    topic = _topic(deploy, kms_key_arn=key).one("sns/topic:Topic")
    assert topic.inputs.get("kmsMasterKeyId") == key


def test_only_a_configured_address_is_subscribed_to_alarms(deploy: Deploy) -> None:
    assert _topic(deploy).of_type(SUBSCRIPTION) == []
    subscription = _topic(deploy, email="ops@example.com").one(SUBSCRIPTION)
    assert subscription.inputs["endpoint"] == "ops@example.com"
