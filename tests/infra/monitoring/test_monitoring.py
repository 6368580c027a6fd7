"""Proves which alarms and dashboards a stack has, and which topic the alarms notify."""

import json

from tests.infra.conftest import DeployStack
from tests.infra.tokens import ALARM, SUBSCRIPTION

DASHBOARD = "cloudwatch/dashboard:Dashboard"


def test_by_default_there_are_no_alarms_metric_filters_and_dashboards(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev")
    assert deployment.of_type(ALARM) == deployment.of_type(DASHBOARD) == []
    assert deployment.of_type("cloudwatch/logMetricFilter:LogMetricFilter") == []


def test_alarms_notify_a_topic_of_their_own_at_the_configured_thresholds(
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
    assert deployment.one(SUBSCRIPTION).inputs["endpoint"] == ("ops@example.com")
    assert deployment.of_type(DASHBOARD) == []


def test_alarms_can_notify_an_existing_topic(deploy_stack: DeployStack) -> None:
    topic_arn = "arn:aws:sns:us-east-1:123456789012:operations"
    deployment = deploy_stack("dev", enableAlarms=True, alarmTopicArn=topic_arn)
    assert len(deployment.of_type("sns/topic:Topic")) == 1
    assert all(alarm.inputs["alarmActions"] == [topic_arn] for alarm in deployment.of_type(ALARM))


def test_the_dashboard_needs_no_alarms(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableDashboard=True)
    body = json.loads(deployment.one(DASHBOARD).inputs["dashboardBody"])
    assert body["widgets"]
    assert deployment.of_type(ALARM) == []
