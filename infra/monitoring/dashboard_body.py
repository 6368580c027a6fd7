"""The body of the dashboard, in CloudWatch's JSON format. Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from collections.abc import Sequence

import pulumi

from infra.monitoring import metrics, reconciler_alarms
from infra.monitoring.metrics import Count, Metric
from infra.monitoring.watched import Watched

PERIOD_SECONDS = 300

COLUMNS = 24
"""Width of the grid that widgets are placed on."""

WIDGET_WIDTH = 12
WIDGET_HEIGHT = 6
ALARMS_HEIGHT = 3

Json = dict[str, object]
MaybeName = pulumi.Input[str] | None


def dashboard_body(
    *,
    region: pulumi.Input[str],
    watched: Watched,
    upload_metrics_namespace: pulumi.Input[str],
    alarm_arns: Sequence[pulumi.Input[str]] = (),
) -> Json:
    """Return the body of the dashboard. The parameters are those of `DashboardArgs`."""
    executions = metrics.executions(watched.function_name, watched.queue_name)
    has_reconciler = watched.reconciler_name is not None
    graphs = [
        *_upload_graphs(upload_metrics_namespace, executions),
        *_function_graphs(watched.function_name),
        *_queue_graphs(watched),
        *_table_graphs(watched.table_name, watched.index_name),
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


def _upload_graphs(namespace: pulumi.Input[str], executions: Metric) -> list[Json]:
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


def _function_graphs(function_name: pulumi.Input[str]) -> list[Json]:
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


def _queue_graphs(watched: Watched) -> list[Json]:
    graphs: list[Json] = []
    visible = "ApproximateNumberOfMessagesVisible"
    hidden = "ApproximateNumberOfMessagesNotVisible"
    queue_name = watched.queue_name
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
    kept = {
        "Dead letters": watched.dead_letter_queue_name,
        "Rejected uploads": watched.rejected_queue_name,
    }
    lines = [
        _line(metrics.of_queue(name, visible, "Maximum"), label=label)
        for label, name in kept.items()
        if name is not None
    ]
    if lines:
        graphs.append({"title": "Dead letters and rejected uploads: messages", "metrics": lines})
    return graphs


def _table_graphs(table_name: MaybeName, index_name: MaybeName) -> list[Json]:
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


def _reconciler_graphs(namespace: pulumi.Input[str]) -> list[Json]:
    lines = [_line(metric) for metric in reconciler_alarms.shown(namespace)]
    return [{"title": "Uploads without a final record", "metrics": lines}]


def _line(metric: Metric, **rendering: object) -> list[object]:
    """Return a metric in the syntax of dashboards: its dimensions, then its options."""
    dimensions = [text for pair in metric.dimensions.items() for text in pair]
    return [metric.namespace, metric.name, *dimensions, {"stat": metric.stat, **rendering}]


def _placed(graph: Json, number: int, region: pulumi.Input[str], *, top: int) -> Json:
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


def _alarm_widget(alarm_arns: Sequence[pulumi.Input[str]]) -> Json:
    return {
        "type": "alarm",
        "x": 0,
        "y": 0,
        "width": COLUMNS,
        "height": ALARMS_HEIGHT,
        "properties": {"title": "Alarms", "alarms": list(alarm_arns)},
    }
