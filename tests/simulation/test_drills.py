"""Proves that all drills hold at a small scale; `make drills` runs them at full size.

The drills have a virtual clock, and all random choices come from the seed.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from simulation.catalogue import DRILLS
from simulation.conditions import Conditions, SystemUnderTest
from simulation.delivery import duplicates
from simulation.faults import random_faults
from simulation.findings import Finding, Run
from simulation.pictures import picture
from simulation.world import World, rows
from tests.cli.command import exit_code

ROOT = Path(__file__).parents[2]
SEED = 20_261_121
SLOW = {"soak-without-sdk-retries": 0.1, "bad-handlers": 1, "broken-files": 0.03}
"""Sizes of drills that prove nothing at the usual size, or take too long at it."""


@pytest.mark.parametrize("name", DRILLS)
@pytest.mark.usefixtures("quiet")
def test_a_drill_holds(name: str) -> None:
    found = DRILLS[name](Run(seed=SEED, size=SLOW.get(name, 0.02)))
    assert found.holds, found.seen


@pytest.mark.parametrize("seed", [132, 185])
def test_the_alarms_hold_with_other_seeds(seed: int) -> None:
    found = DRILLS["alarms"](Run(seed=seed))
    assert found.holds, found.seen


def _history(seed: int) -> str:
    judge = random_faults(faults=0.05, kills=0.1)
    world = World(seed, Conditions(judge=judge, duplicates=0.5))
    for number in range(50):
        world.upload(f"{number % 20}.jpg", picture(number))
    world.drain()
    return json.dumps([world.published, dict(world.ambiguous), [str(row) for row in rows(world)]])


@pytest.mark.usefixtures("quiet")
def test_a_seed_replays_a_run_exactly_and_another_seed_does_not() -> None:
    assert _history(1) == _history(1)
    assert _history(1) != _history(2)


@pytest.mark.usefixtures("quiet")
def test_the_command_fails_when_a_drill_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("drills", "--seed", "3", "--size", "0.01", "--only", "loop-guard")
    assert exit_code(*arguments) == 0
    assert "1 of 1 drills hold with seed 3" in capsys.readouterr().out
    monkeypatch.setitem(DRILLS, "loop-guard", _duplicates_of_nothing)
    assert exit_code(*arguments) == 1


@pytest.mark.usefixtures("quiet")
def test_a_failure_prints_the_command_that_repeats_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(DRILLS, "duplicates", _duplicates_of_nothing)
    arguments = ("drills", "--size", "0.01", "--only", "loop-guard", "--only", "duplicates")
    assert exit_code(*arguments) == 1
    seen, printed = _cells(capsys.readouterr().out, "duplicates")
    (command,) = [line for line in printed if line.startswith("repeat ")]
    program, *repeat = shlex.split(command.removeprefix("repeat duplicates: "))
    assert program == ".venv/bin/imagepipe"
    assert exit_code(*repeat) == 1
    repeated, printed = _cells(capsys.readouterr().out, "duplicates")
    assert repeated == seen
    assert "0 of 1 drills hold" in "".join(printed)


def _handler_of_interrupts(_run: Run) -> Finding:
    handler = repr(signal.getsignal(signal.SIGINT))
    return Finding(injected="", demanded="", seen=handler, holds=True)


def test_an_interrupt_ends_a_worker_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(DRILLS, "loop-guard", _handler_of_interrupts)
    assert exit_code("drills", "--only", "loop-guard") == 0
    assert repr(signal.SIG_DFL) in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_DFL


def test_make_passes_the_given_seed() -> None:
    make = shutil.which("make")
    assert make, "README asks for make"
    asked = ["SEED=480112", "ONLY=alarms duplicates", "SIZE=0.1"]
    for target, options in (
        ("drills", "drills --seed 480112 --only alarms --only duplicates --size 0.1"),
        ("soak", "soak --seed 480112 --size 0.1"),
    ):
        planned = subprocess.run(
            [make, "--dry-run", target, *asked],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},  # not the variables that make passes to a nested make
            check=True,
            capture_output=True,
            text=True,
        )
        command = planned.stdout.splitlines()[-1].split()
        assert command == [".venv/bin/imagepipe", *options.split()]


def _cells(output: str, name: str) -> tuple[list[str], list[str]]:
    """Return the cells of a drill's row, joined across its lines, and all lines."""
    rows = [line.split("│")[1:-1] for line in output.splitlines() if "│" in line]
    first = next(number for number, row in enumerate(rows) if row[0].strip() == name)
    end = first + 1
    while end < len(rows) and not rows[end][0].strip():
        end += 1
    columns = zip(*rows[first:end], strict=True)
    return ["".join(cell.strip() for cell in column) for column in columns], output.splitlines()


def _duplicates_of_nothing(run: Run) -> Finding:
    return duplicates(
        Run(seed=run.seed, size=run.size, system=SystemUnderTest(handler=_do_nothing))
    )


def _do_nothing(_event: object, _context: object, _pipeline: object) -> None:
    """Acknowledge everything."""
