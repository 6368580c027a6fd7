"""What an operator sees, and is told."""

from dataclasses import dataclass, field

import pulumi

from infra.config.options import Settings
from infra.monitoring.alarm_topic import AlarmTopic, AlarmTopicArgs
from infra.monitoring.alarms import Alarms, AlarmsArgs
from infra.monitoring.dashboard import Dashboard, DashboardArgs
from infra.monitoring.reconciler_alarms import ReconcilerMetrics, ReconcilerMetricsArgs
from infra.monitoring.thresholds import AlarmThresholds
from infra.monitoring.upload_metrics import UploadMetrics, UploadMetricsArgs
from infra.monitoring.watched import Watched
from infra.stack.context import StackContext


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    """Inputs of `Monitoring`."""

    context: StackContext
    watched: Watched
    function_timeout_seconds: int
    alarms: bool = True
    dashboard: bool = True
    alarm_topic_arn: str = ""
    """Told of alarms; empty: a topic is created."""
    alarm_email: str = ""
    """Subscribed to the created topic; empty: nobody."""
    thresholds: AlarmThresholds = field(default_factory=AlarmThresholds)
    period_seconds: int = 300
    evaluation_periods: int = 1

    @staticmethod
    def from_settings(
        settings: Settings, context: StackContext, watched: Watched
    ) -> "MonitoringArgs":
        """Inputs of the stack's alarms and dashboard."""
        return MonitoringArgs(
            context=context,
            watched=watched,
            function_timeout_seconds=settings.timeout_seconds,
            alarms=settings.enable_alarms,
            dashboard=settings.enable_dashboard,
            alarm_topic_arn=settings.alarm_topic_arn,
            alarm_email=settings.alarm_email,
            thresholds=AlarmThresholds.from_settings(settings),
            period_seconds=settings.alarm_period_seconds,
            evaluation_periods=settings.alarm_evaluation_periods,
        )


class Monitoring(pulumi.ComponentResource):
    """Alarms and a dashboard over one set of metrics.

    Creates: `UploadMetrics`, `ReconcilerMetrics` if there is a reconciler, and as asked `Alarms`,
        an `AlarmTopic` and a `Dashboard`.
    """

    def __init__(
        self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Monitoring", name, None, opts)
        counted = UploadMetricsArgs(
            log_group_name=args.watched.log_group_name,
            namespace=pulumi.Output.concat("ImagePipe/", args.context.names.of("processor")),
        )
        metrics = UploadMetrics(
            f"{name}-uploads", counted, opts=pulumi.ResourceOptions(parent=self)
        )
        if args.watched.reconciler_log_group_name is not None:
            of_reconciler = ReconcilerMetricsArgs(
                log_group_name=args.watched.reconciler_log_group_name, namespace=metrics.namespace
            )
            ReconcilerMetrics(
                f"{name}-reconciler", of_reconciler, opts=pulumi.ResourceOptions(parent=self)
            )
        alarms = self._alarms(name, args, metrics.namespace) if args.alarms else None
        if args.dashboard:
            self._dashboard(name, args, metrics.namespace, alarms)
        self.register_outputs({})

    def _alarms(self, name: str, args: MonitoringArgs, namespace: pulumi.Output[str]) -> Alarms:
        alarms = AlarmsArgs(
            watched=args.watched,
            timeout_seconds=args.function_timeout_seconds,
            actions=[args.alarm_topic_arn or self._topic(name, args)],
            upload_metrics_namespace=namespace,
            thresholds=args.thresholds,
            period_seconds=args.period_seconds,
            evaluation_periods=args.evaluation_periods,
            tags=args.context.tags,
        )
        return Alarms(f"{name}-alarms", alarms, opts=pulumi.ResourceOptions(parent=self))

    def _topic(self, name: str, args: MonitoringArgs) -> pulumi.Output[str]:
        topic = AlarmTopicArgs(
            topic_name=args.context.names.of("alarms"),
            account=args.context.account,
            email=args.alarm_email,
            kms_key_arn=args.context.kms_key_arn,
            tags=args.context.tags,
        )
        return AlarmTopic(f"{name}-topic", topic, opts=pulumi.ResourceOptions(parent=self)).arn

    def _dashboard(
        self,
        name: str,
        args: MonitoringArgs,
        namespace: pulumi.Output[str],
        alarms: Alarms | None,
    ) -> None:
        dashboard = DashboardArgs(
            watched=args.watched,
            dashboard_name=args.context.names.of("dashboard"),
            region=args.context.account.region,
            upload_metrics_namespace=namespace,
            alarm_arns=[] if alarms is None else [alarm.arn for alarm in alarms.alarms.values()],
        )
        Dashboard(f"{name}-dashboard", dashboard, opts=pulumi.ResourceOptions(parent=self))
