"""What happens to a notice: uploads are handled, removals followed, and all else turned away."""

import logging

from handler.contract import LogEvent
from handler.delivery.recorded import process_recorded
from handler.delivery.removal import follow_removal
from handler.delivery.services import Outcome, Pipeline
from handler.delivery.unrecorded import process_unrecorded
from handler.events.notices import Attempt, MalformedEvent, Notice, ObjectCreated, ObjectRemoved
from handler.model.errors import Reason, Rejected
from handler.model.record import Status

logger = logging.getLogger(__name__)


def process(notice: Notice, attempt: Attempt, pipeline: Pipeline) -> list[Outcome]:
    """Handle one notice to its end; a removal can concern several versions, or none.

    Raises:
        Retryable: If a service failed. Handling the notice again completes what is missing.
    """
    settings = pipeline.settings
    match notice:
        case MalformedEvent(body=body, rejection=rejection):
            return [_turn_away(body, rejection, pipeline)]
        case ObjectCreated(bucket=settings.processed_bucket) if settings.is_output(notice.key):
            logger.error(LogEvent.REFUSED_OWN_OUTPUT, extra={"key": notice.key})
            return [Outcome(status="refused", key=notice.key, version_id=notice.version_id)]
        case ObjectCreated(bucket=settings.upload_bucket) if settings.is_upload(notice.key):
            return [_handle(notice, attempt, pipeline)]
        case ObjectCreated(bucket=settings.upload_bucket):
            logger.info(LogEvent.IGNORED_OUTSIDE_PREFIX, extra={"key": notice.key})
            return [Outcome(status="ignored", key=notice.key, version_id=notice.version_id)]
        case ObjectRemoved(bucket=settings.upload_bucket) if (
            settings.propagate_deletes and settings.is_upload(notice.key)
        ):
            return follow_removal(notice, attempt, pipeline)
        case ObjectRemoved():
            return [Outcome(status="ignored", key=notice.key)]
        case ObjectCreated():
            rejection = Rejected(
                Reason.WRONG_BUCKET,
                f"the event is of bucket {notice.bucket}, "
                f"only those of {settings.upload_bucket} are handled",
            )
            return [_turn_away(notice.notification, rejection, pipeline, source=notice)]


def _handle(source: ObjectCreated, attempt: Attempt, pipeline: Pipeline) -> Outcome:
    if pipeline.settings.table_name is None:
        return process_unrecorded(source, pipeline)
    return process_recorded(source, attempt, pipeline)


def _turn_away(
    body: str, rejection: Rejected, pipeline: Pipeline, source: ObjectCreated | None = None
) -> Outcome:
    """Reject what is no upload of ours: there is nothing to record."""
    pipeline.dead_letters.forward(body, rejection)
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
