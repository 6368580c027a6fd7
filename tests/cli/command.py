"""Run `imagepipe` of this folder, whichever one is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from cli.app import main

ROOT = Path(__file__).resolve().parents[2]


def exit_code(*arguments: str | Path) -> int | str | None:
    """Run a subcommand in this process, and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in arguments])
    return ended.value.code


def command(*arguments: str | Path) -> list[str]:
    """Return the command line that runs a subcommand in a process of its own, from `ROOT`."""
    return [sys.executable, "-c", "from cli.app import main; main()", *map(str, arguments)]


def run_python(code: str, folder: Path = ROOT) -> str:
    """Run code in a new interpreter that imports from a folder, and return what it prints."""
    completed = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True
    )
    return completed.stdout
