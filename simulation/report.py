"""Run drills and print a row for each, with the command that repeats those that fell short."""

import logging
import os
import secrets
import shlex
import signal
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from rich.console import Console
from rich.table import Table

from simulation.catalogue import DRILLS
from simulation.findings import Finding, Run

SEED_BITS = 32


def run_drills(names: Sequence[str], *, seed: int | None, size: float) -> bool:
    """Run some drills, or all if none is named, and return whether they hold."""
    run = _run(seed, size)
    only = [part for name in names for part in ("--only", name)]
    print(f"running {_command('drills', run, only)}", flush=True)  # at once: a drill can also raise
    with ProcessPoolExecutor(os.cpu_count(), initializer=_prepare_worker) as pool:
        chosen = names or list(DRILLS)
        findings = dict(zip(chosen, pool.map(partial(_find, run=run), chosen), strict=True))
    repeats = {name: _command("drills", run, ["--only", name]) for name in chosen}
    return _show(findings, run, repeats)


def run_soak(*, seed: int | None, size: float) -> bool:
    """Run the drill on the embedded AWS, and return whether it holds."""
    from simulation.embedded import soak_embedded  # the drills do not need the embedded AWS

    run = _run(seed, size)
    _be_quiet()
    return _show({"soak": soak_embedded(run)}, run, {"soak": _command("soak", run)})


def _run(seed: int | None, size: float) -> Run:
    return Run(seed=secrets.randbits(SEED_BITS) if seed is None else seed, size=size)


def _show(findings: Mapping[str, Finding], run: Run, repeats: Mapping[str, str]) -> bool:
    table = Table(show_lines=True)
    for column in ("drill", "injected", "demanded", "seen", "seed", "holds"):
        table.add_column(column, overflow="fold")
    for name, found in findings.items():
        result = "[green]yes" if found.holds else "[red]NO"
        row = (name, found.injected, found.demanded, found.seen, str(run.seed), result)
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 200).print(table)
    holding = sum(found.holds for found in findings.values())
    print(f"{holding} of {len(findings)} drills hold with seed {run.seed}")
    for name in (name for name, found in findings.items() if not found.holds):
        print(f"repeat {name}: {repeats[name]}")
    return holding == len(findings)


def _command(subcommand: str, run: Run, options: Sequence[str] = ()) -> str:
    """Return the command line that repeats a run, and nothing else."""
    size = [] if run.size == 1 else ["--size", str(run.size)]
    return shlex.join([".venv/bin/imagepipe", subcommand, *options, "--seed", str(run.seed), *size])


def _find(name: str, *, run: Run) -> Finding:
    return DRILLS[name](run)


def _prepare_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends a worker without a traceback
    _be_quiet()


def _be_quiet() -> None:
    """Disable logging: what the handler logs of thousands of faults would bury the table."""
    logging.disable(logging.CRITICAL)
