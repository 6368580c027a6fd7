"""Run the check, and print a table with a row for each step."""

import os
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine.build import build_cli
from engine.changes import Change
from engine.check import Row, run_steps
from engine.errors import MissingToolError
from engine.project import StackFile, find_stack_file
from engine.session import Session, open_session
from engine.tools import NO_CLI, Tools, built_cli, find_tools
from local import emulator as emulators
from local import local_directory

NAME = "engine"
"""Name of the emulator's folder."""

WIDTH = 140
"""Of the table where there is no terminal."""


def run_check(
    stack: str, first: Sequence[Change], changes: Sequence[Change], *, uploads: bool
) -> bool:
    """Run the check, print its table, and return whether all of it holds.

    Args:
        stack: name of a stack, or path of its file.
        first: changes of its configuration before the first preview.
        changes: changes of the deployed stack, one after another.
        uploads: whether an upload follows each update.

    Raises:
        LocalStackError: If it cannot run.
    """
    stack_file = find_stack_file(stack)
    tools = find_tools(os.environ, Path.home())
    cli = tools.cli or _build(tools)
    print(f"{stack_file.name}: Pulumi's CLI {cli}, provider {tools.provider}", flush=True)
    emulator = emulators.start(local_directory(NAME), region=stack_file.region)
    try:
        with tempfile.TemporaryDirectory(prefix="imagepipe-engine-") as folder:
            session = open_session(
                Path(folder), stack_file, emulator, cli=cli, provider=tools.provider
            )
            steps = run_steps(session, first, changes, uploads=uploads)
            rows = list(_reported(steps, session))
    finally:
        emulator.stop()
    return _show(rows, stack_file)


def _build(tools: Tools) -> Path:
    if tools.go is None:
        raise MissingToolError(f"skipped: {NO_CLI}")
    return build_cli(tools.go, built_cli(os.environ, Path.home()))


def _reported(rows: Iterable[Row], session: Session) -> Iterable[Row]:
    """Print each row when its step ends; what the plugins wrote, when one falls short."""
    before = time.monotonic()
    for row in rows:
        now = time.monotonic()
        print(f"{'holds' if row.holds else 'FELL SHORT'}: {row.step} ({now - before:.0f} s)")
        if not row.holds and (log := session.log_tail()):
            print(f"the log of the plugins ends:\n{log}")
        sys.stdout.flush()
        before = now
        yield row


def _show(rows: Sequence[Row], stack_file: StackFile) -> bool:
    table = Table(show_lines=True)
    for column in ("step", "holds", "why not"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(escape(row.step), "[green]yes" if row.holds else "[red]NO", escape(row.why))
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)
    holding = sum(row.holds for row in rows)
    print(f"{holding} of {len(rows)} steps of {stack_file.name} hold")
    return holding == len(rows)
