"""The values beyond which alarms go off."""

from dataclasses import dataclass

from infra.config.options import Settings


@dataclass(frozen=True, kw_only=True)
class AlarmThresholds:
    """Each alarm goes off at more than its threshold, within one period where it counts."""

    errors: int = 0
    """Failed invocations. With a queue the handler reports failed messages itself, so that an
    invocation fails only if it is killed, exceeds its time or memory, or cannot start; without a
    queue it also fails if a service fails."""
    throttles: int = 0
    """Invocations that Lambda throttled."""
    duration_ms: int = 0
    """95th percentile of the duration; 0 means 80 % of the timeout."""
    dead_letters: int = 0
    """Messages that wait in the dead-letter queue."""
    oldest_message_seconds: int = 3600
    """Age of the oldest message, or with a direct trigger of the oldest event."""
    table_throttles: int = 0
    """Reads, or writes, of the table or its index that DynamoDB throttled."""
    rejected_percent: int = 20
    """Share of uploads that are rejected in an hour, in per cent."""
    executions_per_upload: int = 2
    """Executions in an hour for each upload that becomes final; ideally one."""

    @staticmethod
    def from_settings(settings: Settings) -> "AlarmThresholds":
        """The thresholds in the stack's settings."""
        return AlarmThresholds(
            errors=settings.error_alarm_threshold,
            throttles=settings.throttle_alarm_threshold,
            duration_ms=settings.duration_alarm_ms,
            dead_letters=settings.dead_letter_alarm_threshold,
            oldest_message_seconds=settings.oldest_message_alarm_seconds,
            table_throttles=settings.table_throttle_alarm_threshold,
            rejected_percent=settings.rejected_alarm_percent,
            executions_per_upload=settings.executions_per_upload_alarm,
        )
