"""The lines that the function logs: JSON for programs, or text for people."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from pythonjsonlogger.json import JsonFormatter

from handler.contract import LogField, LogFormat

_request_id: ContextVar[str | None] = ContextVar("aws_request_id", default=None)

_STANDARD = frozenset((*vars(logging.makeLogRecord({})), LogField.MESSAGE, "asctime", "taskName"))
"""What every record of `logging` has; all else are facts that its line is about."""


def start_logging(level: str, log_format: str) -> None:
    """Write the lines of this program at `level` and above to standard output, one each.

    Args:
        level: A `LogLevel`.
        log_format: A `LogFormat`.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        TextFormatter()
        if log_format == LogFormat.TEXT
        else JsonFormatter(f"%(levelname)s %(name)s %({LogField.MESSAGE})s", timestamp=True)
    )
    handler.addFilter(_add_request_id)
    # Libraries stay at WARNING: botocore and Pillow debug with request bodies and raw metadata.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("handler").setLevel(level)


def name_invocation(request_id: str) -> None:
    """Let each line from now on say which invocation wrote it, as Lambda's own lines do."""
    _request_id.set(request_id)


class TextFormatter(logging.Formatter):
    """Writes `2026-11-21T09:02:45.585Z INFO finished key="photos/boat.jpg" status=processed`.

    What is more than one word, or could be taken for something else, is in quotes as in JSON, so
    that a line stays a line whatever a key holds. A traceback follows on lines of its own.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - of the base class
        time = datetime.fromtimestamp(record.created, UTC).replace(tzinfo=None)
        timestamp = f"{time.isoformat(timespec='milliseconds')}Z"
        facts = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        words = [f"{name}={_word(value)}" for name, value in facts.items() if value is not None]
        message = " ".join(record.getMessage().splitlines())
        return " ".join((timestamp, record.levelname, message, *words))


def _word(value: object) -> str:
    text = str(value)
    plain = text.isascii() and text.replace("-", "").replace("_", "").replace(".", "").isalnum()
    return text if plain else json.dumps(text, ensure_ascii=False)


def _add_request_id(record: logging.LogRecord) -> bool:
    record.aws_request_id = _request_id.get()
    return True
