"""Proves that a subcommand loads only what it runs, and that help loads none of it."""

from pathlib import Path

import pytest

from tests.cli.command import run_python

HEAVY = ("PIL", "boto3", "jinja2", "pulumi", "rich", "trustme")


def loaded_by(*command_lines: tuple[str | Path, ...]) -> set[str]:
    """Return what is loaded of `HEAVY` after these subcommands have run in one new process."""
    code = f"""
import contextlib, os, sys
from cli.app import main
for arguments in {[[str(word) for word in words] for words in command_lines]!r}:
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        with contextlib.suppress(SystemExit):
            main(arguments)
print(*(name for name in {HEAVY!r} if name in sys.modules))
"""
    return set(run_python(code).split())


def test_help_loads_nothing_that_a_subcommand_runs() -> None:
    names = ("demo", "up", "down", "emulator", "drills", "soak", "engine", "corpus", "fuzz", "docs")
    assert loaded_by(("--help",), *((name, "--help") for name in names)) == set()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("down", "--name", "test-imports"), {"trustme"}),
        (("corpus", "local/photographs"), {"PIL"}),
        (("fuzz", "local/photographs", "--seconds", "0.1"), {"PIL"}),
        (("docs", "--help"), set[str]()),
    ],
)
def test_a_subcommand_loads_only_what_it_runs(
    arguments: tuple[str, ...], expected: set[str]
) -> None:
    assert loaded_by(arguments) == expected
