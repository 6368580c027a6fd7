"""Run Pulumi's CLI on a copy of the program, with this room's plugins and the embedded AWS."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.previews import Preview, parse_preview
from engine.project import StackFile, copy_project
from local import ROOT, ministack
from local.emulator import Emulator

SHOWN_ERRORS = 3
"""Errors of a command that are shown, as one cause often has many."""

LOG_TAIL_LINES = 20


@dataclass(frozen=True, kw_only=True)
class Session:
    """A stack and the CLI that runs it."""

    cli: Path
    folder: Path
    emulator: Emulator
    stack: str

    def run(self, *arguments: str) -> str:
        """Run a command of the CLI; return why it failed, and nothing if it did not."""
        ended = self._run(*arguments)
        return "" if ended.returncode == 0 else errors_in(ended.stdout + ended.stderr)

    def preview(self) -> tuple[Preview, str]:
        """Return a preview, and why it failed."""
        ended = self._run("preview", "--json", "--diff")
        try:
            preview = parse_preview(ended.stdout)
        except ValueError:
            return Preview(steps=(), errors=()), errors_in(ended.stdout + ended.stderr)
        if ended.returncode == 0:
            return preview, ""
        return preview, "; ".join(preview.errors[:SHOWN_ERRORS]) or errors_in(ended.stderr)

    def read(self, *arguments: str) -> dict[str, Any]:
        """Return what a command prints as JSON."""
        return json.loads(self._run(*arguments, "--json").stdout)

    def log_tail(self) -> str:
        """Return the last lines that the plugins wrote."""
        log = self.folder / "plugins.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return "\n".join(lines[-LOG_TAIL_LINES:])

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self.cli, "--non-interactive", *arguments],
            cwd=self.folder / "project",
            env=environment(os.environ, self.folder, self.emulator),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def open_session(
    folder: Path, stack_file: StackFile, emulator: Emulator, *, cli: Path, provider: Path
) -> Session:
    """Write the plugins and the program into a folder."""
    copy_project(folder / "project", stack_file, emulator)
    for name in ("state", "plugins"):
        (folder / name).mkdir()
    modules = {
        "pulumi-language-python": ["engine.host"],
        "pulumi-resource-aws": ["engine.bridge", "aws", str(provider), str(folder / "zips")],
        "pulumi-resource-random": ["engine.bridge", "random"],
    }
    for name, words in modules.items():
        plugin = folder / "plugins" / name
        plugin.write_text(_script(words, folder / "plugins.log"), encoding="utf-8")
        plugin.chmod(0o755)
    return Session(cli=cli, folder=folder, emulator=emulator, stack=stack_file.name)


def environment(variables: Mapping[str, str], folder: Path, emulator: Emulator) -> dict[str, str]:
    """Return the environment of the CLI, in which no account of the user can be reached."""
    kept = {
        name: value for name, value in variables.items() if not name.startswith(("AWS_", "PULUMI_"))
    }
    return {
        **kept,
        "PATH": f"{folder / 'plugins'}{os.pathsep}{variables.get('PATH', os.defpath)}",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "of a stack that lives for minutes",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "AWS_ACCESS_KEY_ID": ministack.ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": ministack.SECRET_ACCESS_KEY,
        "AWS_REGION": emulator.region,
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_CA_BUNDLE": str(emulator.ca_bundle),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_COLOR": "1",
    }


def errors_in(printed: str) -> str:
    """Return the errors that the CLI printed; without any, its last line."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    errors = list(dict.fromkeys(line for line in lines if "error:" in line))
    return "; ".join(errors[:SHOWN_ERRORS] or lines[-1:]) or "no error was printed"


def _script(words: list[str], log: Path) -> str:
    """Return a shell script that runs a module of this room as a plugin."""
    command = shlex.join([sys.executable, "-m", *words])
    return (
        f"#!/bin/sh\nexport PYTHONPATH={shlex.quote(str(ROOT))}\n"
        f'exec {command} "$@" 2>>{shlex.quote(str(log))}\n'
    )
