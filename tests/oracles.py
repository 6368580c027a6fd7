"""Programs of Debian that tests compare with, found by what they say they are, not by their name.

What a library of the lock can judge is judged by that; these are for what is left. A test whose
program is missing is skipped with that reason, and fails where `REQUIRE_ORACLES=1`, as in CI.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

VERSION_SECONDS = 60
"""A program that needs longer to say what it is, is none of these."""


@dataclass(frozen=True, kw_only=True)
class Oracle:
    """A program, and how it is known."""

    title: str
    package: str
    """Of Debian."""
    names: Sequence[str]
    """What it may be called; other programs may be called so, too."""
    version_arguments: Sequence[str]
    says: str
    """Pattern of what it alone prints for these arguments, at the start of a line."""

    def __call__(self, *arguments: str) -> str:
        """Run it, and return what it prints; skip or fail the test where it is not installed."""
        program = find(self)
        if program is None:
            _without(self)
        command = [str(program), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


EXIFTOOL = Oracle(
    title="ExifTool",
    package="libimage-exiftool-perl",
    names=("exiftool",),
    version_arguments=("-v", "-ver"),
    says=r"ExifTool version \d",
)
IMAGEMAGICK = Oracle(
    title="ImageMagick",
    package="imagemagick",
    names=("magick", "convert"),
    version_arguments=("-version",),
    says=r"Version: ImageMagick \d",
)
PNGCHECK = Oracle(
    title="pngcheck",
    package="pngcheck",
    names=("pngcheck",),
    version_arguments=("-h",),
    says=r"PNGcheck, version \d",
)
ORACLES = (EXIFTOOL, IMAGEMAGICK, PNGCHECK)


@cache
def find(oracle: Oracle) -> Path | None:
    """Return where an oracle is, on any folder of PATH; None if it is not installed."""
    return find_in(oracle, os.get_exec_path())


def find_in(oracle: Oracle, folders: Sequence[str]) -> Path | None:
    """Return the first program of these folders that says that it is the oracle."""
    return next((each for each in _called_so(oracle, folders) if _is(oracle, each)), None)


def _called_so(oracle: Oracle, folders: Sequence[str]) -> Iterator[Path]:
    for name in oracle.names:
        for folder in folders:
            if os.access(program := Path(folder, name), os.X_OK) and program.is_file():
                yield program


def _is(oracle: Oracle, program: Path) -> bool:
    try:
        said = subprocess.run(
            [str(program), *oracle.version_arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=VERSION_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return re.search(f"^{oracle.says}", said.stdout + said.stderr, re.MULTILINE) is not None


def _without(oracle: Oracle) -> NoReturn:
    reason = f"no {' or '.join(oracle.names)} on PATH says that it is {oracle.title}: make oracles"
    if os.environ.get("REQUIRE_ORACLES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
