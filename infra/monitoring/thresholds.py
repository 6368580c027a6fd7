"""The values beyond which alarms go off."""

from dataclasses import dataclass

from infra.config.options import Settings


@dataclass(frozen=True, kw_only=True)
class AlarmThresholds:
    """Each alarm goes off at more than its threshold, within one period where it counts."""

    errors: int = 0
    """Failed invocations. With a queue the handler answers for bad images and for failing services,
    so that one that fails was killed, out of time or memory, or could not start; without a queue
    a failing service is an error too."""
    throttles: int = 0
    """Invocations that Lambda refused."""
    duration_ms: int = 0
    """What 95 % of the invocations keep to; 0 means 80 % of the time limit."""
    dead_letters: int = 0
    """Messages that wait in the dead-letter queue."""
    oldest_message_seconds: int = 3600
    """How long an upload waits, or with a direct trigger its event, before it is handled."""
    table_throttles: int = 0
    """Reads, or writes, of the table or its index that DynamoDB refused."""
    rejected_percent: int = 20
    """Uploads of an hour that are no image or too large, in per cent."""
    executions_per_upload: int = 2
    """Executions in an hour for each upload that they finish. One is what it should be."""

    @staticmethod
    def from_settings(settings: Settings) -> "AlarmThresholds":
        """The thresholds that the stack chose."""
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
