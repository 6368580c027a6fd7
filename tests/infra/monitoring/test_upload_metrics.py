"""Proves that the metric filters count the lines that the handler logs, each in its metric."""

import logging
import re
from collections.abc import Mapping

import pytest

from handler.app import answer
from infra.monitoring.metrics import PATTERNS, Count
from infra.monitoring.upload_metrics import UploadMetrics, UploadMetricsArgs
from simulation.aws.errors import refusal
from tests.handler.deployment import PROCESSED
from tests.handler.payloads import FakeContext, notification, s3_record, sqs_event
from tests.handler.pictures import WHITE, blocks, encode
from tests.handler.world import World
from tests.infra.conftest import Deploy


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
        answer(sqs_event(notification(*records)), FakeContext(), world.services)
        return _counted(caplog)

    picture = encode(blocks([[WHITE]]), "PNG")
    image = world.upload("a.png", picture)
    assert handle(image) == {Count.UPLOADS, Count.PROCESSED}
    assert handle(image) == {Count.DUPLICATES}
    assert handle(world.upload("b.jpg", b"no image")) == {Count.UPLOADS, Count.REJECTED}
    assert handle(s3_record("gone.jpg")) == {Count.UPLOADS, Count.DELETED}
    assert handle(s3_record("a.jpg", bucket=PROCESSED)) == {Count.REFUSED_OUTPUTS}
    assert handle(s3_record("a.jpg", bucket="elsewhere")) == {Count.TURNED_AWAY}
    answer(sqs_event({}), FakeContext(), world.services)
    assert _counted(caplog) == set(), "a redriven run of the reconciler is no upload"
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
