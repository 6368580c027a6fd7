"""Counts of the outcomes of uploads, from the lines that the function logs."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.monitoring.metrics import PATTERNS, Count


@dataclass(frozen=True, kw_only=True)
class UploadMetricsArgs:
    """Inputs of `UploadMetrics`."""

    log_group_name: pulumi.Input[str]
    """The function's log group; at log level WARNING or ERROR it has nothing to count."""
    namespace: pulumi.Input[str]
    """Namespace of the metrics: one for each stack, so that stacks are not added up."""


class UploadMetrics(pulumi.ComponentResource):
    """CloudWatch metrics, one for each `Count`.

    Creates a metric filter for each.
    Outputs: `namespace`.
    """

    namespace: pulumi.Output[str]

    def __init__(
        self, name: str, args: UploadMetricsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:UploadMetrics", name, None, opts)
        for count, pattern in PATTERNS.items():
            self._filter(f"{name}-{_role(count)}", count, pattern, args)
        self.namespace = pulumi.Output.from_input(args.namespace)
        self.register_outputs({"namespace": self.namespace})

    def _filter(self, name: str, count: Count, pattern: str, args: UploadMetricsArgs) -> None:
        aws.cloudwatch.LogMetricFilter(
            name,
            log_group_name=args.log_group_name,
            pattern=pattern,
            metric_transformation={
                "namespace": args.namespace,
                "name": count.value,
                "value": "1",
                # A zero for each other line, so that a quiet metric is 0 and not missing.
                "default_value": "0",
                "unit": "Count",
            },
            opts=pulumi.ResourceOptions(parent=self),
        )


def _role(count: Count) -> str:
    return count.name.lower().replace("_", "-")
