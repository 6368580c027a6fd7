"""Dispatch of S3 events: process uploads, follow deletions, and reject or ignore all others."""

import logging

from handler.contract import LogEvent
from handler.delivery.recorded import process_recorded
from handler.delivery.removal import follow_removal
from handler.delivery.services import Outcome, Services
from handler.delivery.unrecorded import process_unrecorded
from handler.events.s3_events import (
    Attempt,
    MalformedEvent,
    ObjectCreated,
    ObjectRemoved,
    S3Event,
    to_notification,
)
from handler.model.errors import Reason, Rejected
from handler.model.record import Status

logger = logging.getLogger(__name__)


def dispatch(event: S3Event, attempt: Attempt, services: Services) -> list[Outcome]:
    """Process one S3 event. A deletion has one outcome for each version affected, or none.

    Raises:
        Retryable: If a service failed. Processing the event again completes the missing steps.
    """
    settings = services.settings
    match event:
        case MalformedEvent(body=body, rejection=rejection):
            return [_reject_event(body, rejection, services)]
        case ObjectCreated(bucket=settings.processed_bucket) if settings.is_output(event.key):
            logger.error(LogEvent.REFUSED_OWN_OUTPUT, extra={"key": event.key})
            return [Outcome(status="refused", key=event.key, version_id=event.version_id)]
        case ObjectCreated(bucket=settings.upload_bucket) if settings.is_upload(event.key):
            return [_process_upload(event, attempt, services)]
        case ObjectCreated(bucket=settings.upload_bucket):
            logger.info(LogEvent.IGNORED_OUTSIDE_PREFIX, extra={"key": event.key})
            return [Outcome(status="ignored", key=event.key, version_id=event.version_id)]
        case ObjectRemoved(bucket=settings.upload_bucket) if (
            settings.propagate_deletes and settings.is_upload(event.key)
        ):
            return follow_removal(event, attempt, services)
        case ObjectRemoved():
            return [Outcome(status="ignored", key=event.key)]
        case ObjectCreated():
            rejection = Rejected(
                Reason.WRONG_BUCKET,
                f"the event is about bucket {event.bucket}, "
                f"only {settings.upload_bucket} is processed",
            )
            body = to_notification(event.s3_record)
            return [_reject_event(body, rejection, services, source=event)]


def _process_upload(source: ObjectCreated, attempt: Attempt, services: Services) -> Outcome:
    if services.settings.table_name is None:
        return process_unrecorded(source, services)
    return process_recorded(source, attempt, services)


def _reject_event(
    body: str, rejection: Rejected, services: Services, source: ObjectCreated | None = None
) -> Outcome:
    """Forward an event that is about no upload to the dead-letter queue; nothing is recorded."""
    services.dead_letters.forward(body, rejection)
    logger.warning(
        LogEvent.TURNED_AWAY,
        extra={
            "key": source and source.key,
            "reason": rejection.reason.value,
            "detail": rejection.detail,
        },
    )
    return Outcome(
        status=Status.REJECTED,
        key=source and source.key,
        version_id=source and source.version_id,
        reason=rejection.reason,
    )
