"""Options of alarms and the dashboard."""

from typing import Annotated, cast

from pydantic import Field, ValidationInfo, field_validator

from handler.contract import LogFormat, LogLevel
from infra.config.options.base import Options

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class MonitoringOptions(Options):
    """When an operator is told."""

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

    @field_validator("alarm_email")
    @classmethod
    def _needs_a_topic_of_its_own(cls, email: str, info: ValidationInfo) -> str:
        if email and info.data.get("alarm_topic_arn"):
            raise ValueError("cannot be combined with alarmTopicArn: subscribe to that topic")
        return email

    @field_validator("enable_alarms", "enable_dashboard")
    @classmethod
    def _has_lines_to_count(cls, enabled: bool, info: ValidationInfo) -> bool:
        """Uploads are counted from the JSON lines that the function logs at level INFO."""
        log_level = cast("str", info.data.get("log_level", LogLevel.INFO))
        if enabled and log_level in (LogLevel.WARNING, LogLevel.ERROR):
            raise ValueError(f"counts lines that are not logged at logLevel {log_level}")
        if enabled and info.data.get("log_format") == LogFormat.TEXT:
            raise ValueError("counts JSON lines: not together with logFormat text")
        return enabled
