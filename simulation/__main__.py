"""Run the failure drills, and print a row for each; 1 if any fails.

`python -m simulation` runs those on the simulated AWS, `python -m simulation soak` the one on
the embedded AWS.
"""

import argparse
import logging
import os
import secrets
import shlex
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from rich.console import Console
from rich.table import Table

from simulation.catalogue import DRILLS
from simulation.findings import Finding, Run

SEED_BITS = 32


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for."""
    options = _parser().parse_args(arguments)
    seed = secrets.randbits(SEED_BITS) if options.seed is None else options.seed
    run = Run(seed=seed, size=options.size)
    if options.where == "soak":
        from simulation.embedded import soak_embedded  # needs the twin and the Pulumi program

        _be_quiet()
        return _show({"soak": soak_embedded(run)}, run, where=["soak"])
    names = options.only or list(DRILLS)
    only = [part for name in options.only or () for part in ("--only", name)]
    print(f"running {_command(run, only)}", flush=True)  # at once: a drill can also raise
    with ProcessPoolExecutor(os.cpu_count(), initializer=_be_quiet) as pool:
        findings = pool.map(partial(_find, run=run), names)
        return _show(dict(zip(names, findings, strict=True)), run)


def _show(findings: Mapping[str, Finding], run: Run, where: Sequence[str] = ()) -> int:
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
        print(f"repeat {name}: {_command(run, where or ['--only', name])}")
    return 0 if holding == len(findings) else 1


def _command(run: Run, what: Sequence[str]) -> str:
    """Return the command line that repeats a run, and nothing else."""
    size = [] if run.size == 1 else ["--size", str(run.size)]
    return shlex.join(
        [".venv/bin/python", "-m", "simulation", *what, "--seed", str(run.seed), *size]
    )


def _find(name: str, *, run: Run) -> Finding:
    return DRILLS[name](run)


def _be_quiet() -> None:
    """What the handler logs of thousands of faults would bury the table."""
    logging.disable(logging.CRITICAL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("where", nargs="?", choices=("drill", "soak"), default="drill")
    parser.add_argument("--seed", type=int, help="replay the run that had this seed")
    parser.add_argument("--only", action="append", choices=DRILLS, help="a drill, may be repeated")
    parser.add_argument(
        "--size", type=float, default=1, help="share of the full number of uploads, up to 1"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
