"""Log lines have the configured format, and no key of an upload can break or forge one."""

import json
import logging
import re
from collections.abc import Generator

import pytest

from handler.config.logs import name_invocation, start_logging

KEY = "a b\nERROR finished status=processed.jpg"


@pytest.fixture(autouse=True)
def own_logging() -> Generator[None]:
    root, level = logging.getLogger(), logging.getLogger("handler").level
    handlers, root_level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(root_level)
    logging.getLogger("handler").setLevel(level)


def test_a_text_line_has_time_level_event_and_fields(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", "text")
    name_invocation("4b2f-1c")
    facts = {"key": "photos/boat.jpg", "status": "processed", "reason": None, "duration_ms": 177}
    logging.getLogger("handler.delivery.recorded").info("finished", extra=facts)
    (line,) = capsys.readouterr().out.splitlines()
    time, _, rest = line.partition(" ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time)
    assert rest == (
        'INFO finished key="photos/boat.jpg" status=processed duration_ms=177'
        " aws_request_id=4b2f-1c"
    )


def test_a_key_cannot_forge_a_line_or_a_field(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", "text")
    logging.getLogger("handler.delivery.recorded").info("retry", extra={"key": KEY})
    (line,) = capsys.readouterr().out.splitlines()
    assert f"retry key={json.dumps(KEY)}" in line


def test_a_traceback_follows_its_log_line(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", "text")
    try:
        raise KeyError("a defect")
    except KeyError:
        logging.getLogger("handler.app").exception("unexpected-error")
    first, *rest = capsys.readouterr().out.splitlines()
    assert "ERROR unexpected-error" in first
    assert rest[-1] == "KeyError: 'a defect'"


def test_json_lines_have_the_same_fields(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", "json")
    logging.getLogger("handler.delivery.recorded").info("finished", extra={"key": KEY})
    line = json.loads(capsys.readouterr().out)
    assert (line["message"], line["key"], line["levelname"]) == ("finished", KEY, "INFO")


def test_lines_below_the_level_and_debug_output_of_libraries_are_dropped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    start_logging("WARNING", "text")
    logging.getLogger("handler.delivery.recorded").info("finished")
    logging.getLogger("botocore").info("a request body")
    logging.getLogger("handler.app").warning("out-of-time")
    assert [line.split()[1:3] for line in capsys.readouterr().out.splitlines()] == [
        ["WARNING", "out-of-time"]
    ]
