"""The dashboard: what goes in, what comes out, what waits and what failed, on one page."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.monitoring.dashboard_body import dashboard_body
from infra.monitoring.watched import Watched


@dataclass(frozen=True, kw_only=True)
class DashboardArgs:
    """Inputs of `Dashboard`."""

    dashboard_name: pulumi.Input[str]
    region: pulumi.Input[str]
    watched: Watched
    upload_metrics_namespace: pulumi.Input[str]
    """That of `UploadMetrics`."""
    alarm_arns: Sequence[pulumi.Input[str]] = ()


class Dashboard(pulumi.ComponentResource):
    """A page of CloudWatch for the whole pipeline.

    Creates: the dashboard. AWS cannot tag one.
    Outputs: `name`.
    """

    name: pulumi.Output[str]

    def __init__(
        self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Dashboard", name, None, opts)
        dashboard = aws.cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=args.dashboard_name,
            dashboard_body=_body(args),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = dashboard.dashboard_name
        self.register_outputs({"name": self.name})


def _body(args: DashboardArgs) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps(
        dashboard_body(
            region=args.region,
            watched=args.watched,
            upload_metrics_namespace=args.upload_metrics_namespace,
            alarm_arns=args.alarm_arns,
        )
    )
