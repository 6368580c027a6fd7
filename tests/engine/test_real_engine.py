"""Proves that a stack can be deployed, changed and destroyed with the real programs.

It takes minutes, so it runs only with ENGINE=1: `ENGINE=1 make test`.
"""

import os
from pathlib import Path

import pytest

from engine.errors import MissingToolError
from engine.tools import find_tools
from tests.cli.command import exit_code


@pytest.fixture
def real_programs() -> None:
    """Skip the test, with the reason, where it cannot run or is not asked for."""
    if os.environ.get("ENGINE") != "1":
        pytest.skip("takes minutes: set ENGINE=1")
    try:
        find_tools(os.environ, Path.home())
    except MissingToolError as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("real_programs")
def test_a_stack_is_changed_without_loss_and_a_loss_is_noticed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    changes = ("enableRecords=false", "keepFormerData=false")
    options = [word for change in changes for word in ("--then", change)]
    assert exit_code("engine", "--upload", *options) == 1
    printed = capsys.readouterr().out.splitlines()
    (short,) = [line for line in printed if line.startswith("FELL SHORT: ")]
    assert short.startswith("FELL SHORT: keepFormerData=false: preview ")
    assert printed[-1] == "14 of 15 steps of dev hold"
