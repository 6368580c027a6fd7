"""Which metrics alarms and dashboard look at, and where AWS keeps them. Creates nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pulumi

from handler.contract import LogEvent, LogField
from handler.model.record import Status


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One series of CloudWatch, and how the points of a period become one."""

    namespace: pulumi.Input[str]
    name: str
    dimensions: Mapping[str, pulumi.Input[str]]
    stat: str
    """Sum, Maximum, or a percentile such as p95."""


class Count(StrEnum):
    """What the function's log is counted for. The values name the metrics."""

    UPLOADS = "Uploads"
    """Versions of objects that were handled to their end, each once, however often delivered."""
    PROCESSED = "Processed"
    REJECTED = "Rejected"
    DELETED = "Deleted"
    """Gone before they were handled."""
    DUPLICATES = "Duplicates"
    """Deliveries of an upload that was done before."""
    RETRIES = "Retries"
    """Attempts that ended in an error and were handed back."""
    TURNED_AWAY = "TurnedAway"
    """Messages that tell of no upload of this pipeline."""
    REFUSED_OUTPUTS = "RefusedOutputs"
    """Events of the pipeline's own variants: a loop, cut by the handler."""


def selector(field: LogField) -> str:
    """Where a line has a field, as metric filters write it.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    """
    return f"$.{field}"


def lines(*events: LogEvent) -> str:
    """The metric filter that finds the lines of any of some events."""
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
"""The lines that the function writes, as metric filters find them."""


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
    """The table's own share, or that of an index, which the table's does not include.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
    """
    dimensions = {"TableName": table_name}
    if index_name is not None:
        dimensions["GlobalSecondaryIndexName"] = index_name
    return Metric(namespace="AWS/DynamoDB", name=metric, dimensions=dimensions, stat="Sum")


def of_uploads(namespace: pulumi.Input[str], count: Count) -> Metric:
    """What `UploadMetrics` counts."""
    return Metric(namespace=namespace, name=count.value, dimensions={}, stat="Sum")


def executions(
    function_name: pulumi.Input[str], queue_name: pulumi.Input[str] | None = None
) -> Metric:
    """How often handling an upload was begun, as AWS counts it: also when the function was killed.

    With a queue an invocation holds several messages, so it is deliveries that count.
    """
    if queue_name is None:
        return of_function(function_name, "Invocations")
    return of_queue(queue_name, "NumberOfMessagesReceived", "Sum")


def ratio(part: str, whole: str) -> str:
    """Metric math for `part / whole`; where `whole` is 0, for `part`, so that "all of it in vain"
    is a large number and not a missing one.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """
    return f"{part} / IF({whole} > 0, {whole}, 1)"
