"""Says how a version ended: to subscribers, the dead-letter queue, the log, and whoever invoked."""

import logging

from handler.contract import LogEvent, LogField
from handler.delivery.services import Outcome, Pipeline
from handler.events.notices import ObjectCreated, to_message
from handler.model.record import Record, notification

logger = logging.getLogger(__name__)


def tell(record: Record, source: ObjectCreated, pipeline: Pipeline) -> None:
    """Tell subscribers, and put what was rejected aside.

    Args:
        source: What the record came of.

    Raises:
        Retryable: If a service failed.
    """
    if record.rejection is not None:
        pipeline.dead_letters.forward(source.notification or to_message(source), record.rejection)
    pipeline.notifier.publish(notification(record))


def log(record: Record, event: LogEvent) -> None:
    """Write a line that alarms and dashboard count, if the event is `finished`."""
    logger.info(
        event,
        extra={
            "key": record.key,
            "version_id": record.facts.version_id,
            LogField.STATUS: record.status.value,
            "reason": record.rejection and record.rejection.reason.value,
            "detail": record.rejection and record.rejection.detail,
            "duration_ms": record.duration_ms,
        },
    )


def outcome_of(record: Record, status: str) -> Outcome:
    """Return what the invocation answers about a record."""
    return Outcome(
        status=status,
        key=record.key,
        version_id=record.facts.version_id,
        reason=record.rejection and record.rejection.reason,
    )
