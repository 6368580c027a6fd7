"""Proves who is subscribed to notifications, and where undelivered ones go."""

import json

from tests.infra.conftest import DeployStack
from tests.infra.tokens import SUBSCRIPTION


def test_only_configured_endpoints_are_subscribed(deploy_stack: DeployStack) -> None:
    assert deploy_stack("dev").of_type(SUBSCRIPTION) == []
    hook = {"protocol": "https", "endpoint": "https://example.com/hook"}
    deployment = deploy_stack("dev", notificationEmail="a@example.com", subscriptions=[hook])
    assert {
        (s.inputs["protocol"], s.inputs["endpoint"]) for s in deployment.of_type(SUBSCRIPTION)
    } == {
        ("email", "a@example.com"),
        ("https", "https://example.com/hook"),
    }


def test_notifications_that_a_program_rejects_go_to_the_dead_letter_queue(
    deploy_stack: DeployStack,
) -> None:
    hook = {"protocol": "https", "endpoint": "https://example.com/hook"}
    deployment = deploy_stack("dev", notificationEmail="a@example.com", subscriptions=[hook])
    found = deployment.of_type(SUBSCRIPTION)
    email, program = sorted(found, key=lambda each: each.inputs["protocol"])
    assert "redrivePolicy" not in email.inputs
    assert json.loads(program.inputs["redrivePolicy"]) == {
        "deadLetterTargetArn": deployment.outputs["deadLetterQueueArn"]
    }
    policy = deployment.one("sqs/queuePolicy:QueuePolicy", "dead-letters").inputs["policy"]
    (sender,) = [s for s in json.loads(policy)["Statement"] if s["Effect"] == "Allow"]
    assert sender["Principal"] == {"Service": "sns.amazonaws.com"}
    assert sender["Condition"]["ArnLike"] == {"aws:SourceArn": deployment.outputs["topicArn"]}
