"""Create alarms, dashboards and metric filters."""

from typing import Any

from local.clients import Clients
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState


def _metric_alarm(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    name = inputs.name(logical_name)
    queries = [_query(query) for query in inputs.each("metricQueries")]
    # AWS rejects `Metrics` together with `Dimensions`, even empty ones.
    metric: Any = {"Metrics": queries} if queries else {"Dimensions": _dimensions(inputs)}
    clients.cloudwatch.put_metric_alarm(
        AlarmName=name, Tags=inputs.tags(), **metric, **inputs.rest(okActions="OKActions")
    )
    found = clients.cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return name, {"arn": found[0]["AlarmArn"], "name": name}


def _query(query: Inputs) -> Any:
    metric = query.inner("metric")
    if not metric.given:
        return query.rest()
    where = {
        "Namespace": metric.text("namespace"),
        "MetricName": metric.text("metricName"),
        "Dimensions": _dimensions(metric),
    }
    return {"MetricStat": {"Metric": where, **metric.rest()}, **query.rest()}


def _dimensions(inputs: Inputs) -> Any:
    dimensions = inputs.mapping("dimensions").items()
    return [{"Name": name, "Value": value} for name, value in dimensions]


def _dashboard(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    name = inputs.text("dashboardName")
    clients.cloudwatch.put_dashboard(DashboardName=name, DashboardBody=inputs.text("dashboardBody"))
    found = clients.cloudwatch.get_dashboard(DashboardName=name)
    return name, {"dashboardArn": found["DashboardArn"]}


def _log_metric_filter(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    name = inputs.name(logical_name)
    clients.logs.put_metric_filter(
        logGroupName=inputs.text("logGroupName"),
        filterName=name,
        filterPattern=inputs.text("pattern"),
        metricTransformations=[_transformation(inputs.inner("metricTransformation"))],
    )
    return name, {"name": name}


def _transformation(inputs: Inputs) -> Any:
    default = inputs.text_or_none("defaultValue")
    given = {
        "metricName": inputs.text("name"),
        "metricNamespace": inputs.text("namespace"),
        "metricValue": inputs.text("value"),
        "defaultValue": None if default is None else float(default),
        "dimensions": inputs.mapping("dimensions") or None,
        "unit": inputs.text_or_none("unit"),
    }
    return {key: value for key, value in given.items() if value is not None}


PROVISIONERS: Provisioners = {
    "aws:cloudwatch/dashboard:Dashboard": _dashboard,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": _log_metric_filter,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _metric_alarm,
}
