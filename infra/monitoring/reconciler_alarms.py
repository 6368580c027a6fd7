"""Metrics and alarms of the reconciler."""

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
"""Metrics, and the fields with their values in the line that each run logs."""

PATTERN = metrics.lines(LogEvent.RECONCILED)


@dataclass(frozen=True, kw_only=True)
class ReconcilerMetricsArgs:
    """Inputs of `ReconcilerMetrics`."""

    log_group_name: pulumi.Input[str]
    """The log group of the reconciler."""
    namespace: pulumi.Input[str]
    """The namespace of `UploadMetrics`."""


class ReconcilerMetrics(pulumi.ComponentResource):
    """CloudWatch metrics from the line that each run logs.

    Creates a metric filter for each of `VALUES`.
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
    """The metrics that the dashboard shows."""
    return [Metric(namespace=namespace, name=name, dimensions={}, stat="Sum") for name in VALUES]


def rules(function_name: pulumi.Input[str], namespace: pulumi.Input[str]) -> Sequence[Rule]:
    """Rules for uploads that a requeue does not fix, and for runs that fail."""
    unresolved = Metric(namespace=namespace, name="UnresolvedUploads", dimensions={}, stat="Sum")
    return [
        Rule(
            role="unresolved-uploads",
            observed={"unresolved": unresolved},
            threshold=0,
            period_seconds=RATE_PERIOD_SECONDS,
            advice="Uploads have no final record although they were requeued before, or"
            f" reconcileUnfinished is {Choice.REPORT}. The reconciler's log names them in its lines"
            f" '{LogEvent.FOUND}'."
            " Search the function's log and the dead-letter queue for the same keys; an upload"
            " is requeued three times at most.",
        ),
        Rule(
            role="reconciler-errors",
            observed={"errors": metrics.of_function(function_name, "Errors")},
            threshold=0,
            advice="The reconciler failed, so lost uploads are not found. Its log has the error;"
            " the next run continues where this one stopped. If the two retries failed too, the"
            " dead-letter queue has a message {}: delete it.",
        ),
    ]
