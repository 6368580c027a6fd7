"""Proves when an alarm on a rate goes off, by known incidents.

Metric math is evaluated here as CloudWatch documents it.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from infra.monitoring.alarm_rules import RATE_MINIMUM, Rule, upload_rules
from infra.monitoring.metrics import executions
from infra.monitoring.thresholds import AlarmThresholds
from tests.infra.conftest import Deploy, Registered
from tests.infra.monitoring.pipeline_alarms import WATCHED, WHOLE, alarms_of


def _executions(alarms: Mapping[str, Registered]) -> tuple[str, str]:
    queries = alarms["executions-per-upload"].inputs["metricQueries"]
    (metric,) = (query["metric"] for query in queries if query["id"] == "executions")
    return metric["namespace"], metric["metricName"]


def test_without_a_queue_it_is_lambdas_own_in_which_uploads_wait_and_are_counted(
    deploy: Deploy,
) -> None:
    alarms = alarms_of(deploy, replace(WHOLE, watched=replace(WATCHED, queue_name=None)))
    waiting = alarms["oldest-message"].inputs
    assert (waiting["metricName"], waiting["threshold"]) == ("AsyncEventAge", 3_600_000)
    assert _executions(alarms) == ("AWS/Lambda", "Invocations")


def test_with_a_queue_it_is_deliveries_that_are_executions(deploy: Deploy) -> None:
    # what was sent is sent once, however often it is delivered
    assert _executions(alarms_of(deploy)) == ("AWS/SQS", "NumberOfMessagesReceived")


def test_a_rate_returns_the_expression_alone(deploy: Deploy) -> None:
    for role in ("executions-per-upload", "rejected-uploads"):
        queries = alarms_of(deploy)[role].inputs["metricQueries"]
        assert [query["id"] for query in queries if query["returnData"]] == ["rate"]
        # CloudWatch refuses other ids
        assert all(re.fullmatch(r"[a-z][a-zA-Z0-9_]*", query["id"]) for query in queries)


def _rule(role: str) -> Rule:
    rules = upload_rules("ImagePipe/test", executions("f", "uploads"), AlarmThresholds())
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
        "too few for a rate",
        "nothing happened",
    ],
)
def test_the_alarm_on_executions_per_upload_goes_off_when_work_is_repeated(
    delivered: int, uploads: int | None, goes_off: bool
) -> None:
    assert _goes_off("executions-per-upload", executions=delivered, uploads=uploads) == goes_off


@pytest.mark.parametrize(
    ("rejected", "uploads", "goes_off"),
    [(300, 1000, True), (100, 1000, False), (5, 5, False), (0, 0, False)],
    ids=["three in ten", "one in ten", "too few for a rate", "nothing happened"],
)
def test_the_rejected_rate_is_in_per_cent_of_enough_uploads(
    rejected: int, uploads: int, goes_off: bool
) -> None:
    assert _goes_off("rejected-uploads", rejected=rejected, uploads=uploads) == goes_off
