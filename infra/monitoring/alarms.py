"""The CloudWatch alarms of a pipeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra.monitoring import alarm_rules, metrics, reconciler_alarms
from infra.monitoring.alarm_rules import Rule
from infra.monitoring.metrics import Metric
from infra.monitoring.thresholds import AlarmThresholds
from infra.monitoring.watched import Watched


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    """Inputs of `Alarms`."""

    watched: Watched
    timeout_seconds: int
    """The function's time limit."""
    actions: Sequence[pulumi.Input[str]]
    """ARNs of the topics that are notified when an alarm goes off and when it is over. A topic
    under the key alias/aws/sns is not: CloudWatch may not use that key."""
    upload_metrics_namespace: pulumi.Input[str]
    """The namespace of `UploadMetrics`."""
    tags: Mapping[str, str]
    thresholds: AlarmThresholds = field(default_factory=AlarmThresholds)
    period_seconds: int = 300
    """60-3600, in whole minutes. Rates are taken over an hour."""
    evaluation_periods: int = 1
    """Consecutive periods above the threshold that raise an alarm, 1-24. Rates use one window."""


class Alarms(pulumi.ComponentResource):
    """Alarms on failures, delays and repeated work.

    Executions per upload is the alarm for work that is repeated while everything looks
    healthy. Its metrics are chosen so that every cause shows:

    - Executions are counted by AWS, outside of the function, so that one that is killed before it
      logs a line is counted too: the messages that the queue delivered, or without a queue
      Lambda's invocations. NumberOfMessagesSent would not do: a backlog of yesterday is received
      today, and a redelivered message was sent once.
    - Uploads are counted by the handler, which logs `finished` once for each version of an object,
      however often that is delivered. NumberOfMessagesDeleted would not do: a duplicate is deleted
      too.

    So it rises with a batch that times out and is redelivered, a throttled function whose batches
    return to the queue, duplicate events of an upload, and refused events of variants. A loop whose
    variants are processed as new uploads does not raise it, since each finishes once; the handler
    stops it at the first turn and Lambda at the sixteenth, which raises the alarms on refused
    outputs and on recursion. Variants that another program copies into the upload bucket under new
    names cannot be distinguished from uploads; as concurrency is capped and such a loop grows, it
    raises the alarm on the age of the oldest message.

    Creates an alarm for each rule of `infra.monitoring.alarm_rules` whose resource the stack has.
    Outputs: `alarms`, by role.
    """

    alarms: Mapping[str, aws.cloudwatch.MetricAlarm]

    def __init__(
        self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Alarms", name, None, opts)
        self.alarms = {
            rule.role: self._alarm(f"{name}-{rule.role}", rule, args) for rule in _rules(args)
        }
        self.register_outputs({"alarm_arns": [alarm.arn for alarm in self.alarms.values()]})

    def _alarm(self, name: str, rule: Rule, args: AlarmsArgs) -> aws.cloudwatch.MetricAlarm:
        only = None if rule.expression else next(iter(rule.observed.values()))
        percentile = only is not None and only.stat.startswith("p")
        return aws.cloudwatch.MetricAlarm(
            name,
            alarm_description=rule.advice,
            comparison_operator="GreaterThanThreshold",
            threshold=rule.threshold,
            evaluation_periods=1 if rule.period_seconds else args.evaluation_periods,
            period=only and (rule.period_seconds or args.period_seconds),
            namespace=only and only.namespace,
            metric_name=only and only.name,
            dimensions=only and (only.dimensions or None),
            statistic=only.stat if only and not percentile else None,
            extended_statistic=only.stat if only and percentile else None,
            metric_queries=_queries(rule, args),
            # Without uploads there is no failure, and many of the metrics have data only after one.
            treat_missing_data="notBreaching",
            alarm_actions=args.actions,
            ok_actions=args.actions,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _rules(args: AlarmsArgs) -> list[Rule]:
    """Return the rules for the resources that the stack has."""
    watched, thresholds, namespace = args.watched, args.thresholds, args.upload_metrics_namespace
    function, queue = watched.function_name, watched.queue_name
    dead_letters, table = watched.dead_letter_queue_name, watched.table_name
    reconciler = watched.reconciler_name
    return [
        *alarm_rules.function_rules(function, args.timeout_seconds, thresholds),
        *alarm_rules.waiting_rules(function, queue, thresholds),
        *([] if dead_letters is None else alarm_rules.dead_letter_rules(dead_letters, thresholds)),
        *([] if table is None else alarm_rules.table_rules(table, watched.index_name, thresholds)),
        *alarm_rules.upload_rules(namespace, metrics.executions(function, queue), thresholds),
        *([] if reconciler is None else reconciler_alarms.rules(reconciler, namespace)),
    ]


def _queries(
    rule: Rule, args: AlarmsArgs
) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgsDict] | None:
    if rule.expression is None:
        return None
    return [
        {
            "id": "rate",
            "label": rule.role,
            "expression": rule.expression,
            "return_data": True,
        },
        *(_query(query_id, metric, rule, args) for query_id, metric in rule.observed.items()),
    ]


def _query(
    query_id: str, metric: Metric, rule: Rule, args: AlarmsArgs
) -> aws.cloudwatch.MetricAlarmMetricQueryArgsDict:
    return {
        "id": query_id,
        "return_data": False,
        "metric": {
            "namespace": metric.namespace,
            "metric_name": metric.name,
            "dimensions": metric.dimensions or None,
            "stat": metric.stat,
            "period": rule.period_seconds or args.period_seconds,
        },
    }
