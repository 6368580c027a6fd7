"""Publish the outcome of a version: to subscribers, the rejected uploads, the log, the caller."""

import logging

from handler.contract import LogEvent, LogField
from handler.delivery.message_size import shortened
from handler.delivery.record_item import Record, notification
from handler.delivery.services import Outcome, Services
from handler.events.s3_events import ObjectCreated, to_rejected

logger = logging.getLogger(__name__)


def publish_outcome(record: Record, source: ObjectCreated, services: Services) -> None:
    """Publish the outcome to subscribers, and forward the event of a rejected upload.

    Args:
        source: The event that the record is about.

    Raises:
        Retryable: If a service failed.
    """
    if record.rejection is not None:
        services.rejected_uploads.forward(to_rejected(source), record.rejection)
    services.notifier.publish(shortened(notification(record)))


def log(record: Record, event: LogEvent) -> None:
    """Log the outcome. Alarms and dashboard count the lines of event `finished`."""
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
    """Return the outcome of a record, for the response of the invocation."""
    return Outcome(
        status=status,
        key=record.key,
        version_id=record.facts.version_id,
        reason=record.rejection and record.rejection.reason,
    )
