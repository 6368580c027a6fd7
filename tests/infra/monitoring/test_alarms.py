"""Proves what each alarm watches and when it would go off, by the incidents that are known.

Metric math is evaluated here as CloudWatch documents it; that AWS takes the alarms is not shown.
"""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import replace

import pulumi
import pytest

from handler.app import answer
from infra.encryption.key_policy import let_alarms_use_key
from infra.monitoring.alarm_rules import (
    RATE_MINIMUM,
    Rule,
    of_function,
    of_table,
    of_uploads,
)
from infra.monitoring.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.monitoring.alarms import Alarms, AlarmsArgs
from infra.monitoring.metrics import PATTERNS, Count, executions
from infra.monitoring.thresholds import AlarmThresholds
from infra.monitoring.upload_metrics import UploadMetrics, UploadMetricsArgs
from infra.monitoring.watched import Watched
from infra.stack.account import Account
from simulation.aws.errors import refusal
from tests.handler.deployment import PROCESSED
from tests.handler.payloads import FakeContext, notification, s3_record, sqs_event
from tests.handler.pictures import WHITE, blocks, encode
from tests.handler.world import World
from tests.infra.conftest import ACCOUNT_ID, REGION, Deploy, Deployment, Registered

ALARM = "cloudwatch/metricAlarm:MetricAlarm"
TAGS = {"Project": "imagepipe"}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:alarms"

ALWAYS = {
    *("errors", "throttles", "duration", "recursion", "oldest-message"),
    *("refused-outputs", "rejected-uploads", "executions-per-upload"),
}
OF_TABLE = {"table-read-throttles", "table-write-throttles"}
OF_INDEX = {"index-read-throttles", "index-write-throttles"}

WATCHED = Watched(
    function_name="f",
    log_group_name="/aws/lambda/f",
    queue_name="uploads",
    dead_letter_queue_name="dead",
    table_name="images",
    index_name="by-uploaded",
)
WHOLE = AlarmsArgs(
    watched=WATCHED,
    timeout_seconds=100,
    actions=[TOPIC],
    upload_metrics_namespace="ImagePipe/test",
    tags=TAGS,
)


def _alarms(deploy: Deploy, args: AlarmsArgs = WHOLE) -> Mapping[str, Registered]:
    """The alarms by role."""

    def program() -> None:
        Alarms("alarms", args)

    found = deploy(program).of_type(ALARM)
    return {alarm.name.removeprefix("alarms-"): alarm for alarm in found}


def test_each_part_of_the_pipeline_has_its_alarms(deploy: Deploy) -> None:
    assert set(_alarms(deploy)) == ALWAYS | {"dead-letters"} | OF_TABLE | OF_INDEX


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
    assert set(_alarms(deploy)) - set(_alarms(deploy, replace(WHOLE, watched=watched))) == missing


def test_every_alarm_tells_its_topics_says_what_to_do_and_is_quiet_without_data(
    deploy: Deploy,
) -> None:
    for role, alarm in _alarms(deploy).items():
        inputs = alarm.inputs
        assert inputs["alarmActions"] == inputs["okActions"] == [TOPIC], role
        assert inputs.get("actionsEnabled", True)
        assert inputs["treatMissingData"] == "notBreaching"
        assert inputs["comparisonOperator"] == "GreaterThanThreshold"
        assert inputs["tags"] == TAGS
        # the longest that CloudWatch takes is 1024
        assert 80 < len(inputs["alarmDescription"]) <= 1024


def test_every_alarm_names_what_it_watches_and_is_within_a_day(deploy: Deploy) -> None:
    for role, alarm in _alarms(deploy).items():
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
    inputs = _alarms(deploy)[role].inputs
    fields = ("namespace", "metricName", "statistic", "threshold")
    assert tuple(inputs[field] for field in fields) == expected
    assert "metricQueries" not in inputs


def test_dead_letters_and_waiting_uploads_are_looked_for_in_different_queues(
    deploy: Deploy,
) -> None:
    alarms = _alarms(deploy)
    assert alarms["dead-letters"].inputs["dimensions"] == {"QueueName": "dead"}
    assert alarms["oldest-message"].inputs["dimensions"] == {"QueueName": "uploads"}


def test_without_a_queue_it_is_lambdas_own_in_which_uploads_wait_and_are_counted(
    deploy: Deploy,
) -> None:
    alarms = _alarms(deploy, replace(WHOLE, watched=replace(WATCHED, queue_name=None)))
    waiting = alarms["oldest-message"].inputs
    assert (waiting["metricName"], waiting["threshold"]) == ("AsyncEventAge", 3_600_000)
    assert _executions(alarms) == ("AWS/Lambda", "Invocations")


def test_with_a_queue_it_is_deliveries_that_are_executions(deploy: Deploy) -> None:
    # what was sent is sent once, however often it is delivered
    assert _executions(_alarms(deploy)) == ("AWS/SQS", "NumberOfMessagesReceived")


def _executions(alarms: Mapping[str, Registered]) -> tuple[str, str]:
    queries = alarms["executions-per-upload"].inputs["metricQueries"]
    (metric,) = (query["metric"] for query in queries if query["id"] == "executions")
    return metric["namespace"], metric["metricName"]


def test_the_duration_is_a_percentile_and_its_threshold_follows_the_time_limit(
    deploy: Deploy,
) -> None:
    inputs = _alarms(deploy)["duration"].inputs
    assert (inputs["extendedStatistic"], inputs["threshold"]) == ("p95", 80_000)
    assert "statistic" not in inputs
    (_, _, duration, _) = of_function("f", 100, AlarmThresholds(duration_ms=5))
    assert duration.threshold == 5


def test_an_index_is_watched_by_its_own_metric(deploy: Deploy) -> None:
    alarms = _alarms(deploy)
    assert alarms["table-write-throttles"].inputs["dimensions"] == {"TableName": "images"}
    assert alarms["index-write-throttles"].inputs["dimensions"] == {
        "TableName": "images",
        "GlobalSecondaryIndexName": "by-uploaded",
    }
    assert len(of_table("images", None, AlarmThresholds())) == 2


def test_periods_are_those_of_the_stack_but_rates_are_taken_over_an_hour(deploy: Deploy) -> None:
    alarms = _alarms(deploy, replace(WHOLE, period_seconds=60, evaluation_periods=3))
    assert (
        alarms["errors"].inputs["period"],
        alarms["errors"].inputs["evaluationPeriods"],
    ) == (60, 3)
    rate = alarms["executions-per-upload"].inputs
    assert rate["evaluationPeriods"] == 1
    assert {query["metric"]["period"] for query in rate["metricQueries"][1:]} == {3600}


def test_a_rate_returns_the_expression_alone(deploy: Deploy) -> None:
    for role in ("executions-per-upload", "rejected-uploads"):
        queries = _alarms(deploy)[role].inputs["metricQueries"]
        assert [query["id"] for query in queries if query["returnData"]] == ["rate"]
        # CloudWatch refuses other ids
        assert all(re.fullmatch(r"[a-z][a-zA-Z0-9_]*", query["id"]) for query in queries)


def _rule(role: str) -> Rule:
    rules = of_uploads("ImagePipe/test", executions("f", "uploads"), AlarmThresholds())
    return next(rule for rule in rules if rule.role == role)


def _if(condition: bool, then: float, otherwise: float) -> float:
    return then if condition else otherwise


def _fill(value: float | None, instead: float) -> float:
    return instead if value is None else value


def _goes_off(role: str, **observed: float | None) -> bool:
    """Whether an alarm would, on what was observed in one period; None is no data."""
    rule = _rule(role)
    assert rule.expression is not None
    assert set(observed) == set(rule.observed)
    functions = {"IF": _if, "FILL": _fill}
    value = eval(rule.expression, {"__builtins__": {}}, {**functions, **observed})  # noqa: S307 - written in infra
    return value > rule.threshold


@pytest.mark.parametrize(
    ("delivered", "uploads", "goes_off"),
    [
        (14_727, 4_384, True),
        (6 * 500, 500, True),
        (100, 0, True),
        (100, None, True),
        (5_000, 5_000, False),
        (5_200, 5_000, False),
        (RATE_MINIMUM - 1, 1, False),
        (0, 0, False),
    ],
    ids=[
        "a batch that timed out half-way was run again and again",
        "five variants of each upload came back as events",
        "everything is killed before it is done",
        "and nothing was ever logged",
        "all is well",
        "a few were tried again",
        "too few to tell",
        "nothing happened",
    ],
)
def test_executions_per_upload_tells_work_done_over_and_over(
    delivered: int, uploads: int | None, goes_off: bool
) -> None:
    assert _goes_off("executions-per-upload", executions=delivered, uploads=uploads) == goes_off


@pytest.mark.parametrize(
    ("rejected", "uploads", "goes_off"),
    [(300, 1000, True), (100, 1000, False), (5, 5, False), (0, 0, False)],
    ids=["three in ten", "one in ten", "too few to tell", "nothing happened"],
)
def test_the_rejected_rate_is_in_per_cent_of_enough_uploads(
    rejected: int, uploads: int, goes_off: bool
) -> None:
    assert _goes_off("rejected-uploads", rejected=rejected, uploads=uploads) == goes_off


def _counted(caplog: pytest.LogCaptureFixture) -> set[Count]:
    """What the metric filters find in the lines that were logged."""
    counted: set[Count] = set()
    for record in caplog.records:
        line = {**vars(record), "message": record.getMessage()}
        for count, pattern in PATTERNS.items():
            terms = re.findall(r'\$\.(\w+) = "([^"]+)"', pattern)
            assert terms, pattern
            found = [line.get(name) == value for name, value in terms]
            if any(found) if "||" in pattern else all(found):
                counted.add(count)
    caplog.clear()
    return counted


def test_the_filters_find_the_lines_that_the_handler_writes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    world = World()

    def handle(*records: Mapping[str, object]) -> set[Count]:
        answer(sqs_event(notification(*records)), FakeContext(), world.pipeline)
        return _counted(caplog)

    picture = encode(blocks([[WHITE]]), "PNG")
    image = world.upload("a.png", picture)
    assert handle(image) == {Count.UPLOADS, Count.PROCESSED}
    assert handle(image) == {Count.DUPLICATES}
    assert handle(world.upload("b.jpg", b"no image")) == {Count.UPLOADS, Count.REJECTED}
    assert handle(s3_record("gone.jpg")) == {Count.UPLOADS, Count.DELETED}
    assert handle(s3_record("a.jpg", bucket=PROCESSED)) == {Count.REFUSED_OUTPUTS}
    assert handle(s3_record("a.jpg", bucket="elsewhere")) == {Count.TURNED_AWAY}
    for error in (refusal("ThrottlingException", "any"), ZeroDivisionError()):
        world.faults.error = error
        world.faults.at_call = len(world.faults.calls) + 1
        assert handle(world.upload("c.png", picture)) == {Count.RETRIES}


def test_each_count_is_a_metric_that_is_zero_for_every_other_line(deploy: Deploy) -> None:
    def program() -> None:
        UploadMetrics("m", UploadMetricsArgs(log_group_name="/aws/lambda/f", namespace="ns"))

    filters = deploy(program).of_type("cloudwatch/logMetricFilter:LogMetricFilter")
    made = [each.inputs["metricTransformation"] for each in filters]
    assert {each["name"] for each in made} == {count.value for count in Count}
    for each in made:
        assert (each["namespace"], each["value"], each["defaultValue"]) == ("ns", "1", "0")
    assert {each.inputs["logGroupName"] for each in filters} == {"/aws/lambda/f"}


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


def test_a_key_lets_alarms_of_its_own_account_use_it() -> None:
    statement = let_alarms_use_key(ACCOUNT_ID)
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT_ID}}


def test_somebody_is_subscribed_only_if_asked(deploy: Deploy) -> None:
    token = "sns/topicSubscription:TopicSubscription"
    assert _topic(deploy).of_type(token) == []
    subscription = _topic(deploy, email="ops@example.com").one(token)
    assert subscription.inputs["endpoint"] == "ops@example.com"
