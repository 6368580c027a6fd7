"""Proves that the dashboard has the structure that CloudWatch documents, so that it shows data.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from infra.monitoring.dashboard import Dashboard, DashboardArgs
from infra.monitoring.dashboard_body import dashboard_body
from infra.monitoring.metrics import Count
from infra.monitoring.watched import Watched
from tests.infra.conftest import REGION, Deploy

ALARM = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors"

Widget = Mapping[str, Any]

DIMENSIONS = {
    "AWS/Lambda": ({"FunctionName"},),
    "AWS/SQS": ({"QueueName"},),
    "AWS/DynamoDB": ({"TableName"}, {"TableName", "GlobalSecondaryIndexName"}),
    "ImagePipe/test": (set[str](),),
}
"""Without exactly these, CloudWatch finds no series and draws an empty graph."""

FUNCTION = Watched(function_name="f", log_group_name="/aws/lambda/f")
WHOLE = dashboard_body(
    region="eu-west-1",
    watched=replace(
        FUNCTION,
        queue_name="uploads",
        dead_letter_queue_name="dead",
        rejected_queue_name="rejected",
        table_name="images",
        index_name="by-uploaded",
    ),
    upload_metrics_namespace="ImagePipe/test",
    alarm_arns=[ALARM],
)
LEAST = dashboard_body(
    region="eu-west-1", watched=FUNCTION, upload_metrics_namespace="ImagePipe/test"
)


def _widgets(body: Mapping[str, object], kind: str = "metric") -> list[Widget]:
    widgets = cast("list[Widget]", json.loads(json.dumps(body))["widgets"])
    return [widget for widget in widgets if widget["type"] == kind]


def _lines(body: Mapping[str, object]) -> Iterator[list[Any]]:
    for widget in _widgets(body):
        yield from widget["properties"]["metrics"]


@pytest.mark.parametrize("body", [WHOLE, LEAST], ids=["whole", "least"])
def test_each_metric_is_namespace_name_dimensions_and_options(body: Mapping[str, object]) -> None:
    for line in _lines(body):
        if len(line) == 1:  # metric math
            assert set(line[0]) == {"expression", "label", "id"}
            continue
        *series, options = line
        assert isinstance(options, dict)
        assert "stat" in options
        assert all(isinstance(text, str) and text for text in series)
        namespace, _, *dimensions = series
        assert len(dimensions) % 2 == 0
        assert set(dimensions[::2]) in DIMENSIONS[namespace]


@pytest.mark.parametrize("body", [WHOLE, LEAST], ids=["whole", "least"])
def test_each_graph_has_a_region_a_title_and_no_dimensions_of_its_own(
    body: Mapping[str, object],
) -> None:
    for widget in _widgets(body):
        properties = widget["properties"]
        assert properties["region"] == "eu-west-1"
        assert properties["title"]
        assert properties["metrics"]
        assert "dimensions" not in properties


@pytest.mark.parametrize("body", [WHOLE, LEAST], ids=["whole", "least"])
def test_widgets_fill_the_grid_without_covering_each_other(body: Mapping[str, object]) -> None:
    widgets = [*_widgets(body, "alarm"), *_widgets(body)]
    cells = [
        cell
        for widget in widgets
        for cell in itertools.product(
            range(widget["x"], widget["x"] + widget["width"]),
            range(widget["y"], widget["y"] + widget["height"]),
        )
    ]
    assert len(cells) == len(set(cells))
    assert {x for x, _ in cells} == set(range(24))
    assert {y for _, y in cells} == set(range(max(y for _, y in cells) + 1))


def test_metric_math_uses_hidden_lines_of_its_own_graph() -> None:
    (graph,) = (
        widget["properties"]["metrics"]
        for widget in _widgets(WHOLE)
        if any("expression" in line[0] for line in widget["properties"]["metrics"])
    )
    (math,), *lines = graph
    hidden = {line[-1]["id"] for line in lines}
    assert set(re.findall(r"\b[a-z]\w*", math["expression"])) == hidden
    assert not any(line[-1]["visible"] for line in lines)


def test_everything_that_was_asked_for_is_shown() -> None:
    shown = {(line[0], line[1]) for line in _lines(WHOLE) if len(line) > 1}
    assert shown >= {
        *(("AWS/Lambda", name) for name in ("Invocations", "Errors", "Throttles", "Duration")),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        ("AWS/DynamoDB", "ConsumedWriteCapacityUnits"),
        ("AWS/DynamoDB", "ReadThrottleEvents"),
        *(("ImagePipe/test", count.value) for count in Count),
    }
    durations = {line[-1]["stat"] for line in _lines(WHOLE) if line[1:2] == ["Duration"]}
    assert durations == {"p50", "p95"}
    assert {"uploads", "dead", "rejected"} <= {text for line in _lines(WHOLE) for text in line[:-1]}


def test_a_part_that_is_not_there_is_not_shown() -> None:
    namespaces = {line[0] for line in _lines(LEAST) if len(line) > 1}
    assert namespaces == {"AWS/Lambda", "ImagePipe/test"}
    assert _widgets(LEAST, "alarm") == []


def test_alarms_are_on_top() -> None:
    (widget,) = _widgets(WHOLE, "alarm")
    assert widget["properties"]["alarms"] == [ALARM]
    assert widget["y"] == 0
    assert min(graph["y"] for graph in _widgets(WHOLE)) == widget["height"]


def test_the_component_fills_in_what_is_known_after_deployment(deploy: Deploy) -> None:
    def program() -> None:
        args = DashboardArgs(
            dashboard_name="page",
            region=REGION,
            watched=FUNCTION,
            upload_metrics_namespace="ImagePipe/test",
            alarm_arns=[ALARM],
        )
        Dashboard("dashboard", args)

    inputs = deploy(program).one("cloudwatch/dashboard:Dashboard").inputs
    assert inputs["dashboardName"] == "page"
    assert json.loads(inputs["dashboardBody"]) == dashboard_body(
        region=REGION,
        watched=FUNCTION,
        upload_metrics_namespace="ImagePipe/test",
        alarm_arns=[ALARM],
    )
