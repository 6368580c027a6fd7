"""The metrics that alarms and the dashboard use. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pulumi

from handler.contract import LogEvent, LogField
from handler.model.record import Status


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A CloudWatch metric, and the statistic of a period."""

    namespace: pulumi.Input[str]
    name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    stat: str
    """Sum, Maximum, or a percentile such as p95."""


class Count(StrEnum):
    """The counts that are taken from the function's log. The values name the metrics."""

    UPLOADS = "Uploads"
    """Versions of objects that became final, each counted once, however often it is delivered."""
    PROCESSED = "Processed"
    REJECTED = "Rejected"
    DELETED = "Deleted"
    """Uploads that were deleted before they were processed."""
    DUPLICATES = "Duplicates"
    """Deliveries of an upload that was final already."""
    RETRIES = "Retries"
    """Attempts that ended in an error and were returned to the queue."""
    TURNED_AWAY = "TurnedAway"
    """Messages that are not events of this pipeline's uploads."""
    REFUSED_OUTPUTS = "RefusedOutputs"
    """Events of the pipeline's own variants: a loop, which the handler stops."""


def selector(field: LogField) -> str:
    """Return the selector of a log field in the syntax of metric filters.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    """
    return f"$.{field}"


def lines(*events: LogEvent) -> str:
    """Return the metric filter pattern that matches the lines of any of the events."""
    tests = [f'{selector(LogField.MESSAGE)} = "{event}"' for event in events]
    return f"{{ {tests[0] if len(tests) == 1 else ' || '.join(f'({test})' for test in tests)} }}"


def _finished(status: Status) -> str:
    message, outcome = selector(LogField.MESSAGE), selector(LogField.STATUS)
    return f'{{ ({message} = "{LogEvent.FINISHED}") && ({outcome} = "{status}") }}'


PATTERNS: Mapping[Count, str] = {
    Count.UPLOADS: lines(LogEvent.FINISHED),
    Count.PROCESSED: _finished(Status.PROCESSED),
    Count.REJECTED: _finished(Status.REJECTED),
    Count.DELETED: _finished(Status.DELETED),
    Count.DUPLICATES: lines(LogEvent.DUPLICATE),
    Count.RETRIES: lines(LogEvent.RETRY, LogEvent.UNEXPECTED_ERROR),
    Count.TURNED_AWAY: lines(LogEvent.TURNED_AWAY),
    Count.REFUSED_OUTPUTS: lines(LogEvent.REFUSED_OWN_OUTPUT),
}
"""The metric filter pattern of each count, for the function's log."""


def of_function(function_name: pulumi.Input[str], metric: str, stat: str = "Sum") -> Metric:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    dimensions = {"FunctionName": function_name}
    return Metric(namespace="AWS/Lambda", name=metric, dimensions=dimensions, stat=stat)


def of_queue(queue_name: pulumi.Input[str], metric: str, stat: str) -> Metric:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"""
    dimensions = {"QueueName": queue_name}
    return Metric(namespace="AWS/SQS", name=metric, dimensions=dimensions, stat=stat)


def of_table(
    table_name: pulumi.Input[str], metric: str, index_name: pulumi.Input[str] | None = None
) -> Metric:
    """Return a metric of the table, or of an index, which the table's does not include.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    """
    dimensions = {"TableName": table_name}
    if index_name is not None:
        dimensions["GlobalSecondaryIndexName"] = index_name
    return Metric(namespace="AWS/DynamoDB", name=metric, dimensions=dimensions, stat="Sum")


def of_uploads(namespace: pulumi.Input[str], count: Count) -> Metric:
    """A count of `UploadMetrics`."""
    return Metric(namespace=namespace, name=count.value, dimensions={}, stat="Sum")


def executions(
    function_name: pulumi.Input[str], queue_name: pulumi.Input[str] | None = None
) -> Metric:
    """Return the number of attempts at uploads, as AWS counts them: also those that were killed.

    With a queue an invocation has several messages, so deliveries are counted.
    """
    if queue_name is None:
        return of_function(function_name, "Invocations")
    return of_queue(queue_name, "NumberOfMessagesReceived", "Sum")


def ratio(part: str, whole: str) -> str:
    """Metric math for `part / whole`; where `whole` is 0, for `part`, so that "all of it failed"
    is a large number and not a missing one.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    return f"{part} / IF({whole} > 0, {whole}, 1)"
