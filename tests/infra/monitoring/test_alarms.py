"""Proves what each alarm watches, and how it is configured; not that AWS accepts the alarms."""

from dataclasses import replace

import pytest

from infra.monitoring.alarm_rules import function_rules, table_rules
from infra.monitoring.thresholds import AlarmThresholds
from infra.monitoring.watched import Watched
from tests.infra.conftest import Deploy
from tests.infra.monitoring.pipeline_alarms import TAGS, TOPIC, WATCHED, WHOLE, alarms_of

ALWAYS = {
    *("errors", "throttles", "duration", "recursion", "oldest-message"),
    *("refused-outputs", "rejected-uploads", "executions-per-upload"),
}
OF_TABLE = {"table-read-throttles", "table-write-throttles"}
OF_INDEX = {"index-read-throttles", "index-write-throttles"}


def test_each_part_of_the_pipeline_has_its_alarms(deploy: Deploy) -> None:
    assert set(alarms_of(deploy)) == ALWAYS | {"dead-letters"} | OF_TABLE | OF_INDEX


@pytest.mark.parametrize(
    ("watched", "missing"),
    [
        (replace(WATCHED, dead_letter_queue_name=None), {"dead-letters"}),
        (replace(WATCHED, table_name=None), OF_TABLE | OF_INDEX),
        (replace(WATCHED, index_name=None), OF_INDEX),
    ],
    ids=["dead-letter queue", "table", "index"],
)
def test_a_part_that_is_not_there_has_no_alarm(
    deploy: Deploy, watched: Watched, missing: set[str]
) -> None:
    assert (
        set(alarms_of(deploy)) - set(alarms_of(deploy, replace(WHOLE, watched=watched))) == missing
    )


def test_every_alarm_notifies_its_topics_says_what_to_do_and_is_ok_without_data(
    deploy: Deploy,
) -> None:
    for role, alarm in alarms_of(deploy).items():
        inputs = alarm.inputs
        assert inputs["alarmActions"] == inputs["okActions"] == [TOPIC], role
        assert inputs.get("actionsEnabled", True)
        assert inputs["treatMissingData"] == "notBreaching"
        assert inputs["comparisonOperator"] == "GreaterThanThreshold"
        assert inputs["tags"] == TAGS
        # the longest that CloudWatch takes is 1024
        assert 80 < len(inputs["alarmDescription"]) <= 1024


def test_every_alarm_names_what_it_watches_and_is_within_a_day(deploy: Deploy) -> None:
    for role, alarm in alarms_of(deploy).items():
        inputs = alarm.inputs
        metrics = [
            query["metric"] for query in inputs.get("metricQueries", []) if "metric" in query
        ]
        for metric in metrics or [inputs]:
            own = metric["namespace"] == "ImagePipe/test"
            assert bool(metric.get("dimensions")) != own, role
            assert metric["period"] * inputs["evaluationPeriods"] <= 86_400


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("errors", ("AWS/Lambda", "Errors", "Sum", 0)),
        ("throttles", ("AWS/Lambda", "Throttles", "Sum", 0)),
        ("recursion", ("AWS/Lambda", "RecursiveInvocationsDropped", "Sum", 0)),
        ("dead-letters", ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 0)),
        ("oldest-message", ("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", 3600)),
        ("index-write-throttles", ("AWS/DynamoDB", "WriteThrottleEvents", "Sum", 0)),
        ("refused-outputs", ("ImagePipe/test", "RefusedOutputs", "Sum", 0)),
    ],
)
def test_an_alarm_on_one_metric_is_that_of_the_service(
    deploy: Deploy, role: str, expected: tuple[str, str, str, int]
) -> None:
    inputs = alarms_of(deploy)[role].inputs
    fields = ("namespace", "metricName", "statistic", "threshold")
    assert tuple(inputs[field] for field in fields) == expected
    assert "metricQueries" not in inputs


def test_dead_letters_and_waiting_uploads_are_looked_for_in_different_queues(
    deploy: Deploy,
) -> None:
    alarms = alarms_of(deploy)
    assert alarms["dead-letters"].inputs["dimensions"] == {"QueueName": "dead"}
    assert alarms["oldest-message"].inputs["dimensions"] == {"QueueName": "uploads"}


def test_the_duration_is_a_percentile_and_its_threshold_follows_the_time_limit(
    deploy: Deploy,
) -> None:
    inputs = alarms_of(deploy)["duration"].inputs
    assert (inputs["extendedStatistic"], inputs["threshold"]) == ("p95", 80_000)
    assert "statistic" not in inputs
    (_, _, duration, _) = function_rules("f", 100, AlarmThresholds(duration_ms=5))
    assert duration.threshold == 5


def test_an_index_is_watched_by_its_own_metric(deploy: Deploy) -> None:
    alarms = alarms_of(deploy)
    assert alarms["table-write-throttles"].inputs["dimensions"] == {"TableName": "images"}
    assert alarms["index-write-throttles"].inputs["dimensions"] == {
        "TableName": "images",
        "GlobalSecondaryIndexName": "by-uploaded",
    }
    assert len(table_rules("images", None, AlarmThresholds())) == 2


def test_periods_are_those_of_the_stack_but_rates_are_taken_over_an_hour(deploy: Deploy) -> None:
    alarms = alarms_of(deploy, replace(WHOLE, period_seconds=60, evaluation_periods=3))
    assert (
        alarms["errors"].inputs["period"],
        alarms["errors"].inputs["evaluationPeriods"],
    ) == (60, 3)
    rate = alarms["executions-per-upload"].inputs
    assert rate["evaluationPeriods"] == 1
    assert {query["metric"]["period"] for query in rate["metricQueries"][1:]} == {3600}
