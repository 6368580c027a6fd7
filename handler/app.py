"""Lambda entry point: dispatch SQS and S3 events and report failed messages."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

from handler.config.logs import name_invocation, start_logging
from handler.config.settings import read_settings
from handler.contract import LogEvent
from handler.delivery.dispatch import dispatch
from handler.delivery.services import Outcome, Services
from handler.events.parsing import QueueMessage, queue_messages, read_body, read_notification
from handler.events.s3_events import Attempt, MalformedEvent, S3Event
from handler.model.errors import Retryable
from handler.ports import Context

logger = logging.getLogger(__name__)

RESERVE_MS = 30_000
"""Remaining time below which no further image is started. The largest allowed image, 50 megapixels
in the five default variants, takes 12-22 s of processor time."""

_RETRY = "retry"


def lambda_handler(event: Mapping[str, object], context: Context) -> dict[str, object]:
    """Process every object named in the event: an SQS event or a direct S3 notification.

    Returns:
        For SQS, a partial batch response with the messages to deliver again:
        https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        For an S3 notification, one outcome per object.

    Raises:
        SettingsError: If the environment of the function is invalid.
        Retryable: If an object of an S3 notification must be retried; Lambda then invokes again.
    """
    services = cold_start()
    name_invocation(context.aws_request_id)
    return answer(event, context, services)


@cache
def cold_start() -> Services:
    """Read the environment, configure logging and connect to AWS: once per Lambda environment."""
    from handler.aws.connect import (
        connect,  # importing boto3 takes most of a cold start, and tests run without it
    )

    settings = read_settings(os.environ)
    start_logging(settings.log_level, settings.log_format)
    return connect(settings)


def answer(event: Mapping[str, object], context: Context, services: Services) -> dict[str, object]:
    """Process an event with the given services; see `lambda_handler`."""
    messages = queue_messages(event)
    if messages is None:
        return _report(_run_s3_events(read_notification(event), context, services))
    failed: list[str] = []
    for index, message in enumerate(messages):
        if index and context.get_remaining_time_in_millis() < RESERVE_MS:
            failed += _requeue(messages[index:], services)
            break
        attempt = Attempt(message_id=message.message_id, request_id=context.aws_request_id)
        outcomes = _try(partial(_handle_body, message.body, attempt, services))
        if any(outcome.status == _RETRY for outcome in outcomes):
            failed.append(message.message_id)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _handle_body(body: str, attempt: Attempt, services: Services) -> list[Outcome]:
    return [
        outcome
        for s3_event in read_body(body)
        for outcome in _try_s3_event(s3_event, attempt, services)
    ]


def _requeue(messages: Sequence[QueueMessage], services: Services) -> list[str]:
    """Return messages to the queue, and the ids of those to report as failed.

    A message that was returned before is sent again as a new one, so that its receive count does
    not reach the dead-letter limit.
    """
    logger.warning(LogEvent.OUT_OF_TIME, extra={"handed_back": len(messages)})
    failed: list[str] = []
    for message in messages:
        if message.deliveries == 1 or not _resend(message, services):
            failed.append(message.message_id)
    return failed


def _resend(message: QueueMessage, services: Services) -> bool:
    try:
        services.self_queue.resend(message.body)
    except Retryable as error:
        logger.warning(LogEvent.RETRY, extra={"detail": str(error)})
        return False
    return True


def _run_s3_events(
    s3_events: Sequence[S3Event], context: Context, services: Services
) -> list[Outcome]:
    """Process the S3 events of one invocation, which is retried as a whole if any of them fails."""
    outcomes: list[Outcome] = []
    for index, s3_event in enumerate(s3_events):
        if index and context.get_remaining_time_in_millis() < RESERVE_MS:
            logger.warning(LogEvent.OUT_OF_TIME, extra={"handed_back": len(s3_events) - index})
            outcomes += [Outcome(status=_RETRY)] * (len(s3_events) - index)
            break
        request_id = context.aws_request_id
        attempt = Attempt(message_id=f"{request_id}-{index}", request_id=request_id)
        outcomes += _try_s3_event(s3_event, attempt, services)
    return outcomes


def _report(results: Sequence[Outcome]) -> dict[str, object]:
    failed = sum(outcome.status == _RETRY for outcome in results)
    if failed:
        raise Retryable(f"{failed} of {len(results)} objects must be retried; see the log")
    return {
        "results": [
            {
                "key": outcome.key,
                "version_id": outcome.version_id,
                "status": outcome.status,
                "reason": outcome.reason,
            }
            for outcome in results
        ]
    }


def _try_s3_event(s3_event: S3Event, attempt: Attempt, services: Services) -> list[Outcome]:
    key = None if isinstance(s3_event, MalformedEvent) else s3_event.key
    return _try(partial(dispatch, s3_event, attempt, services), key)


def _try(work: Callable[[], list[Outcome]], key: str | None = None) -> list[Outcome]:
    """Process one message or S3 event, so that its failure does not affect the others."""
    try:
        return work()
    except Retryable as error:
        logger.warning(LogEvent.RETRY, extra={"key": key, "detail": str(error)})
    except Exception:  # outer boundary: a defect must not lose the event
        logger.exception(LogEvent.UNEXPECTED_ERROR, extra={"key": key})
    return [Outcome(status=_RETRY, key=key)]
