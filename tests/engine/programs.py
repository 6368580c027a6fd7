"""Programs for the tests: shell scripts in the place of real ones."""

from pathlib import Path


def write_program(path: Path, script: str = "exit 0") -> Path:
    """Write a program that runs a shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path
