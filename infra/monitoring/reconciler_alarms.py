"""What an operator sees, and is told, of the reconciler."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from handler.contract import Choice, LogEvent, LogField
from infra.monitoring import metrics
from infra.monitoring.alarm_rules import RATE_PERIOD_SECONDS, Rule
from infra.monitoring.metrics import Metric

VALUES: Mapping[str, str] = {
    "UnfinishedUploads": metrics.selector(LogField.UNFINISHED),
    "RequeuedUploads": metrics.selector(LogField.REQUEUED),
    "UnresolvedUploads": metrics.selector(LogField.UNRESOLVED),
}
"""Metrics, and where the line of a run has their values."""

PATTERN = metrics.lines(LogEvent.RECONCILED)


@dataclass(frozen=True, kw_only=True)
class ReconcilerMetricsArgs:
    """Inputs of `ReconcilerMetrics`."""

    log_group_name: pulumi.Input[str]
    """That of the reconciler."""
    namespace: pulumi.Input[str]
    """That of `UploadMetrics`."""


class ReconcilerMetrics(pulumi.ComponentResource):
    """Metrics of CloudWatch from the line that each run logs.

    Creates: a metric filter for each of `VALUES`.
    """

    def __init__(
        self, name: str, args: ReconcilerMetricsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:ReconcilerMetrics", name, None, opts)
        for metric, value in VALUES.items():
            aws.cloudwatch.LogMetricFilter(
                f"{name}-{metric.removesuffix('Uploads').lower()}",
                log_group_name=args.log_group_name,
                pattern=PATTERN,
                metric_transformation={
                    "namespace": args.namespace,
                    "name": metric,
                    "value": value,
                    "unit": "Count",
                },
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})


def shown(namespace: pulumi.Input[str]) -> Sequence[Metric]:
    """What the dashboard has of it."""
    return [Metric(namespace=namespace, name=name, dimensions={}, stat="Sum") for name in VALUES]


def rules(function_name: pulumi.Input[str], namespace: pulumi.Input[str]) -> Sequence[Rule]:
    """Alarms: lost events are mended without one, unless that does not help."""
    unresolved = Metric(namespace=namespace, name="UnresolvedUploads", dimensions={}, stat="Sum")
    return [
        Rule(
            role="unresolved-uploads",
            observed={"unresolved": unresolved},
            threshold=0,
            period_seconds=RATE_PERIOD_SECONDS,
            advice="Uploads have no final record although they were handed back before, or"
            f" reconcileUnfinished is {Choice.REPORT}. The reconciler's log names them in its lines"
            f" '{LogEvent.FOUND}'."
            " Look in the function's log and in the dead-letter queue for the same keys; an upload"
            " is handed back three times at most.",
        ),
        Rule(
            role="reconciler-errors",
            observed={"errors": metrics.of_function(function_name, "Errors")},
            threshold=0,
            advice="The function that looks for lost uploads failed, so that nobody does. Its log"
            " says why; the next run goes on where this one was.",
        ),
    ]
