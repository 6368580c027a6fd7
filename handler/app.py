"""The entry point: from what Lambda calls with to what it is answered."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Protocol

from handler.config.logs import name_invocation, start_logging
from handler.config.settings import read_settings
from handler.contract import LogEvent
from handler.delivery.dispatch import process
from handler.delivery.services import Outcome, Pipeline
from handler.events.notices import Attempt, MalformedEvent, Notice
from handler.events.parsing import QueueMessage, queue_messages, read_body, read_notification
from handler.model.errors import Retryable

logger = logging.getLogger(__name__)

RESERVE_MS = 30_000
"""Time left below which no further image is started. The largest allowed image, 50 megapixels in
the five default variants, takes 12-22 s of one processor."""

_RETRY = "retry"


class Context(Protocol):
    """What is used of the context that Lambda passes:
    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    @property
    def aws_request_id(self) -> str:
        """The invocation; the same when Lambda itself invokes again for the same event."""
        ...

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until Lambda ends the invocation."""
        ...


def lambda_handler(event: Mapping[str, object], context: Context) -> dict[str, object]:
    """Process all images that an event tells of: an SQS event, or an S3 notification directly.

    Returns:
        For SQS, which messages have to be delivered again:
        https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        For an S3 notification, what became of each object.

    Raises:
        SettingsError: If the environment of the function is wrong.
        Retryable: If an object of an S3 notification has to be tried again, which Lambda then does.
    """
    pipeline = cold_start()
    name_invocation(context.aws_request_id)
    return answer(event, context, pipeline)


@cache
def cold_start() -> Pipeline:
    """Read the environment, set logging up and connect to AWS: once for many invocations."""
    from handler.aws.connect import (
        connect,  # boto3 takes most of a cold start, and tests do without
    )

    settings = read_settings(os.environ)
    start_logging(settings.log_level, settings.log_format)
    return connect(settings)


def answer(event: Mapping[str, object], context: Context, pipeline: Pipeline) -> dict[str, object]:
    """Do what `lambda_handler` does, with a given pipeline."""
    messages = queue_messages(event)
    if messages is None:
        return _report(_run_notices(read_notification(event), context, pipeline))
    failed: list[str] = []
    for index, message in enumerate(messages):
        if index and context.get_remaining_time_in_millis() < RESERVE_MS:
            failed += _hand_back(messages[index:], pipeline)
            break
        attempt = Attempt(message_id=message.message_id, request_id=context.aws_request_id)
        outcomes = _try(partial(_handle_body, message.body, attempt, pipeline))
        if any(outcome.status == _RETRY for outcome in outcomes):
            failed.append(message.message_id)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _handle_body(body: str, attempt: Attempt, pipeline: Pipeline) -> list[Outcome]:
    return [
        outcome for notice in read_body(body) for outcome in _try_notice(notice, attempt, pipeline)
    ]


def _hand_back(messages: Sequence[QueueMessage], pipeline: Pipeline) -> list[str]:
    """Leave messages to another invocation; return which of them count as failed.

    Being unlucky must not add up: after some deliveries the queue would dead-letter the message.
    So one that has been handed back before goes to the end of the queue as a new one.
    """
    logger.warning(LogEvent.OUT_OF_TIME, extra={"handed_back": len(messages)})
    failed: list[str] = []
    for message in messages:
        if message.deliveries == 1 or not _repeat(message, pipeline):
            failed.append(message.message_id)
    return failed


def _repeat(message: QueueMessage, pipeline: Pipeline) -> bool:
    try:
        pipeline.self_queue.repeat(message.body)
    except Retryable as error:
        logger.warning(LogEvent.RETRY, extra={"detail": str(error)})
        return False
    return True


def _run_notices(notices: Sequence[Notice], context: Context, pipeline: Pipeline) -> list[Outcome]:
    """Process the notices of one invocation, which has to be repeated as a whole if any fails."""
    outcomes: list[Outcome] = []
    for index, notice in enumerate(notices):
        if index and context.get_remaining_time_in_millis() < RESERVE_MS:
            logger.warning(LogEvent.OUT_OF_TIME, extra={"handed_back": len(notices) - index})
            outcomes += [Outcome(status=_RETRY)] * (len(notices) - index)
            break
        request_id = context.aws_request_id
        attempt = Attempt(message_id=f"{request_id}-{index}", request_id=request_id)
        outcomes += _try_notice(notice, attempt, pipeline)
    return outcomes


def _report(results: Sequence[Outcome]) -> dict[str, object]:
    failed = sum(outcome.status == _RETRY for outcome in results)
    if failed:
        raise Retryable(f"{failed} of {len(results)} objects have to be tried again; see the log")
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


def _try_notice(notice: Notice, attempt: Attempt, pipeline: Pipeline) -> list[Outcome]:
    key = None if isinstance(notice, MalformedEvent) else notice.key
    return _try(partial(process, notice, attempt, pipeline), key)


def _try(work: Callable[[], list[Outcome]], key: str | None = None) -> list[Outcome]:
    """Process a message or a notice so that nothing it does can harm the others."""
    try:
        return work()
    except Retryable as error:
        logger.warning(LogEvent.RETRY, extra={"key": key, "detail": str(error)})
    except Exception:  # the one outer edge: a defect must not lose the event
        logger.exception(LogEvent.UNEXPECTED_ERROR, extra={"key": key})
    return [Outcome(status=_RETRY, key=key)]
