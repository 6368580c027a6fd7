"""The entry point: from what Lambda calls with to what it is answered."""

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

from pythonjsonlogger.json import JsonFormatter

from handler.errors import Retryable
from handler.events import Notice, SourceObject, queue_messages, read_body, read_notification
from handler.process import Outcome, Pipeline, process
from handler.settings import read_settings

logger = logging.getLogger(__name__)

RESERVE_MS = 30_000
"""Time left below which no further image is started. The largest allowed image, 50 megapixels in
the five default variants, takes 12-22 s of one processor."""

_RETRY = "retry"


class Context(Protocol):
    """What is used of the context that Lambda passes:
    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

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
    return answer(event, context, cold_start())


@cache
def cold_start() -> Pipeline:
    """Read the environment, set logging up and connect to AWS: once for many invocations."""
    from handler.aws import connect  # boto3 takes most of a cold start, and tests do without

    settings = read_settings(os.environ)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter("%(levelname)s %(name)s %(message)s", timestamp=True))
    # Libraries stay at WARNING: botocore and Pillow debug with request bodies and raw metadata.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("handler").setLevel(settings.log_level)
    return connect(settings)


def answer(event: Mapping[str, object], context: Context, pipeline: Pipeline) -> dict[str, object]:
    """Do what `lambda_handler` does, with a given pipeline."""
    messages = queue_messages(event)
    if messages is None:
        notices = read_notification(event)
        return _report(_run([[notice] for notice in notices], context, pipeline))
    outcomes = _run([read_body(message.body) for message in messages], context, pipeline)
    return {
        "batchItemFailures": [
            {"itemIdentifier": message.message_id}
            for message, of_message in zip(messages, outcomes, strict=True)
            if any(outcome.status == _RETRY for outcome in of_message)
        ]
    }


def _report(outcomes: Sequence[Sequence[Outcome]]) -> dict[str, object]:
    results = [outcome for of_unit in outcomes for outcome in of_unit]
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


def _run(
    units: Sequence[Sequence[Notice]], context: Context, pipeline: Pipeline
) -> list[list[Outcome]]:
    """Process what is delivered again as a unit, one after the other while time lasts.

    The first one is always tried: no invocation has more time than it has then.
    """
    outcomes: list[list[Outcome]] = []
    for index, notices in enumerate(units):
        if index and context.get_remaining_time_in_millis() < RESERVE_MS:
            logger.warning("out-of-time", extra={"handed_back": len(units) - index})
            outcomes += [[Outcome(status=_RETRY)] for _ in units[index:]]
            break
        outcomes.append([_attempt(notice, pipeline) for notice in notices])
    return outcomes


def _attempt(notice: Notice, pipeline: Pipeline) -> Outcome:
    """Process a notice so that nothing it does can harm the others."""
    key = notice.key if isinstance(notice, SourceObject) else None
    try:
        return process(notice, pipeline)
    except Retryable as error:
        logger.warning("retry", extra={"key": key, "detail": str(error)})
    except Exception:  # the one outer edge: a defect must not lose the event
        logger.exception("unexpected-error", extra={"key": key})
    return Outcome(status=_RETRY, key=key)
