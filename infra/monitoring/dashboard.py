"""The dashboard: what goes in, what comes out, what waits and what failed, on one page."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.monitoring import metrics, reconciler_alarms
from infra.monitoring.metrics import Count, Metric

PERIOD_SECONDS = 300

COLUMNS = 24
"""Of the grid that widgets lie on.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""

WIDGET_WIDTH = 12
WIDGET_HEIGHT = 6
ALARMS_HEIGHT = 3

Json = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class DashboardArgs:
    """Inputs of `Dashboard`. A part of the pipeline that is not there has the name None."""

    dashboard_name: pulumi.Input[str]
    region: pulumi.Input[str]
    function_name: pulumi.Input[str]
    upload_metrics_namespace: pulumi.Input[str]
    """That of `UploadMetrics`."""
    queue_name: pulumi.Input[str] | None = None
    dead_letter_queue_name: pulumi.Input[str] | None = None
    table_name: pulumi.Input[str] | None = None
    index_name: pulumi.Input[str] | None = None
    """Of the table."""
    has_reconciler: bool = False
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
        pulumi.Output.all(
            region=args.region,
            function_name=args.function_name,
            upload_metrics_namespace=args.upload_metrics_namespace,
            queue_name=args.queue_name,
            dead_letter_queue_name=args.dead_letter_queue_name,
            table_name=args.table_name,
            index_name=args.index_name,
            has_reconciler=args.has_reconciler,
            alarm_arns=pulumi.Output.all(*args.alarm_arns),
        ).apply(lambda known: dashboard_body(**known))
    )


def dashboard_body(
    *,
    region: str,
    function_name: str,
    upload_metrics_namespace: str,
    queue_name: str | None = None,
    dead_letter_queue_name: str | None = None,
    table_name: str | None = None,
    index_name: str | None = None,
    has_reconciler: bool = False,
    alarm_arns: Sequence[str] = (),
) -> Json:
    """What CloudWatch shows, in its own language. The parameters are those of `DashboardArgs`."""
    graphs = [
        *_upload_graphs(upload_metrics_namespace, metrics.executions(function_name, queue_name)),
        *_function_graphs(function_name),
        *_queue_graphs(queue_name, dead_letter_queue_name),
        *_table_graphs(table_name, index_name),
        *(_reconciler_graphs(upload_metrics_namespace) if has_reconciler else []),
    ]
    top = [_alarm_widget(alarm_arns)] if alarm_arns else []
    return {
        "widgets": [
            *top,
            *(
                _placed(graph, number, region, top=ALARMS_HEIGHT if top else 0)
                for number, graph in enumerate(graphs)
            ),
        ]
    }


def _upload_graphs(namespace: str, executions: Metric) -> list[Json]:
    shown = (count for count in Count if count != Count.UPLOADS)
    outcomes = [_line(metrics.of_uploads(namespace, count)) for count in shown]
    uploads = metrics.of_uploads(namespace, Count.UPLOADS)
    expression = metrics.ratio("executions", "FILL(uploads, 0)")
    return [
        {"title": "Uploads by outcome", "metrics": outcomes, "stacked": True},
        {
            "title": "Executions per upload",
            "metrics": [
                [{"expression": expression, "label": "Executions per upload", "id": "rate"}],
                _line(executions, id="executions", visible=False),
                _line(uploads, id="uploads", visible=False),
            ],
        },
    ]


def _function_graphs(function_name: str) -> list[Json]:
    counted = ("Invocations", "Errors", "Throttles")
    counts = [_line(metrics.of_function(function_name, name)) for name in counted]
    durations = [
        _line(metrics.of_function(function_name, "Duration", stat), label=f"Duration {stat}")
        for stat in ("p50", "p95")
    ]
    return [
        {"title": "Function: invocations, errors, throttles", "metrics": counts},
        {"title": "Function: duration in milliseconds", "metrics": durations},
    ]


def _queue_graphs(queue_name: str | None, dead_letter_queue_name: str | None) -> list[Json]:
    graphs: list[Json] = []
    visible = "ApproximateNumberOfMessagesVisible"
    hidden = "ApproximateNumberOfMessagesNotVisible"
    if queue_name is not None:
        waiting = metrics.of_queue(queue_name, visible, "Maximum")
        working = metrics.of_queue(queue_name, hidden, "Maximum")
        age = metrics.of_queue(queue_name, "ApproximateAgeOfOldestMessage", "Maximum")
        lines = [
            _line(waiting, label="Waiting"),
            _line(working, label="In work or hidden"),
            _line(age, label="Age of the oldest in seconds", yAxis="right"),
        ]
        graphs.append({"title": "Queue: messages and age", "metrics": lines})
    if dead_letter_queue_name is not None:
        dead = metrics.of_queue(dead_letter_queue_name, visible, "Maximum")
        lines = [_line(dead, label="Dead letters")]
        graphs.append({"title": "Dead-letter queue: messages", "metrics": lines})
    return graphs


def _table_graphs(table_name: str | None, index_name: str | None) -> list[Json]:
    if table_name is None:
        return []
    parts = {"Table": None} if index_name is None else {"Table": None, "Index": index_name}
    graphs = {
        "Table: capacity used": ("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"),
        "Table: throttled": ("ReadThrottleEvents", "WriteThrottleEvents"),
    }
    return [
        {
            "title": title,
            "metrics": [
                _line(metrics.of_table(table_name, name, index), label=f"{part} {name}")
                for part, index in parts.items()
                for name in names
            ],
        }
        for title, names in graphs.items()
    ]


def _reconciler_graphs(namespace: str) -> list[Json]:
    lines = [_line(metric) for metric in reconciler_alarms.shown(namespace)]
    return [{"title": "Uploads without a final record", "metrics": lines}]


def _line(metric: Metric, **rendering: object) -> list[object]:
    """A metric as dashboards write it: dimensions inside the array, options as its last item."""
    dimensions = [text for pair in metric.dimensions.items() for text in pair]
    return [metric.namespace, metric.name, *dimensions, {"stat": metric.stat, **rendering}]


def _placed(graph: Json, number: int, region: str, *, top: int) -> Json:
    row, column = divmod(number, COLUMNS // WIDGET_WIDTH)
    return {
        "type": "metric",
        "x": column * WIDGET_WIDTH,
        "y": top + row * WIDGET_HEIGHT,
        "width": WIDGET_WIDTH,
        "height": WIDGET_HEIGHT,
        "properties": {
            "view": "timeSeries",
            "region": region,
            "period": PERIOD_SECONDS,
            "yAxis": {"left": {"min": 0}},
            **graph,
        },
    }


def _alarm_widget(alarm_arns: Sequence[str]) -> Json:
    return {
        "type": "alarm",
        "x": 0,
        "y": 0,
        "width": COLUMNS,
        "height": ALARMS_HEIGHT,
        "properties": {"title": "Alarms", "alarms": list(alarm_arns)},
    }
