"""Options of alarms and the dashboard."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from handler.contract import LogFormat, LogLevel
from infra.config.findings import Finding
from infra.config.option_rules import OptionRules
from infra.config.options.base import Options
from infra.config.places import other_place

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class MonitoringOptions(Options):
    """When alarms go off, and who is notified."""

    alarm_topic_arn: Annotated[str, Field(pattern=r"^(|arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+)$")]
    alarm_email: Annotated[str, Field(pattern=r"^(|[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,})$")]
    alarm_period_seconds: Annotated[int, Field(ge=60, le=3600, multiple_of=60)]
    alarm_evaluation_periods: Annotated[int, Field(ge=1, le=24)]
    error_alarm_threshold: Count
    throttle_alarm_threshold: Count
    duration_alarm_ms: Annotated[int, Field(ge=0, le=900_000)]
    dead_letter_alarm_threshold: Count
    oldest_message_alarm_seconds: Annotated[int, Field(ge=60, le=1_123_200)]
    table_throttle_alarm_threshold: Count
    rejected_alarm_percent: Annotated[int, Field(ge=0, le=100)]
    executions_per_upload_alarm: Annotated[int, Field(ge=1, le=100)]
    enable_alarms: bool
    enable_dashboard: bool


def alarm_email_needs_a_created_topic(alarm_email: str, alarm_topic_arn: str) -> Iterator[Finding]:
    if alarm_email and alarm_topic_arn:
        yield Finding(why="cannot be combined with alarmTopicArn: subscribe to that topic")


def alarm_topic_is_in_the_region(alarm_topic_arn: str, region: str) -> Iterator[Finding]:
    yield from other_place(alarm_topic_arn, region)


def alarms_have_lines_to_count(
    enable_alarms: bool, log_level: LogLevel, log_format: LogFormat
) -> Iterator[Finding]:
    if enable_alarms:
        yield from _uncounted_lines(log_level, log_format)


def dashboard_has_lines_to_count(
    enable_dashboard: bool, log_level: LogLevel, log_format: LogFormat
) -> Iterator[Finding]:
    if enable_dashboard:
        yield from _uncounted_lines(log_level, log_format)


def _uncounted_lines(log_level: LogLevel, log_format: LogFormat) -> Iterator[Finding]:
    """Uploads are counted from the JSON lines that the function logs at level INFO."""
    if log_level in (LogLevel.WARNING, LogLevel.ERROR):
        yield Finding(why=f"counts lines that are not logged at logLevel {log_level}")
    elif log_format == LogFormat.TEXT:
        yield Finding(why="counts JSON lines: not together with logFormat text")


RULES: OptionRules = {
    "alarm_topic_arn": (alarm_topic_is_in_the_region,),
    "alarm_email": (alarm_email_needs_a_created_topic,),
    "enable_alarms": (alarms_have_lines_to_count,),
    "enable_dashboard": (dashboard_has_lines_to_count,),
}
