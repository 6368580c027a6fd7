"""Tools of Debian that share no code with the handler."""

import shutil
import subprocess
from collections.abc import Callable

import pytest

Run = Callable[..., str]


def tool(name: str) -> Run:
    """Return what runs a program and gives what it prints, and skips the test without it."""

    def run(*arguments: str) -> str:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
        done = subprocess.run([name, *arguments], capture_output=True, text=True, check=True)
        return done.stdout

    return run
