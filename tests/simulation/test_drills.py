"""All drills hold on a small scale; `make drills` runs them at full size.

Nothing is timed: the drills have a clock of their own, and all chance comes from the seed.
"""

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from simulation.__main__ import main
from simulation.catalogue import DRILLS
from simulation.conditions import Conditions, SystemUnderTest
from simulation.delivery import duplicates
from simulation.faults import random_faults
from simulation.findings import Finding, Run
from simulation.pictures import picture
from simulation.world import World, rows

ROOT = Path(__file__).parents[2]
SEED = 20_261_121
SLOW = {"soak-without-sdk-retries": 0.1, "harness-honesty": 1, "broken-files": 0.03}
"""Drills that show nothing at the usual size, or take long at it."""


@pytest.mark.parametrize("name", DRILLS)
@pytest.mark.usefixtures("quiet")
def test_a_drill_holds(name: str) -> None:
    found = DRILLS[name](Run(seed=SEED, size=SLOW.get(name, 0.02)))
    assert found.holds, found.seen


@pytest.mark.parametrize("seed", [132, 185])
def test_alarms_hold_whatever_chance_the_seed_gives(seed: int) -> None:
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
def test_a_seed_replays_a_run_to_the_letter_and_another_seed_does_not() -> None:
    assert _history(1) == _history(1)
    assert _history(1) != _history(2)


@pytest.mark.usefixtures("quiet")
def test_the_command_fails_when_a_drill_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--seed", "3", "--size", "0.01", "--only", "loop-guard"]) == 0
    assert "1 of 1 drills hold with seed 3" in capsys.readouterr().out
    monkeypatch.setitem(DRILLS, "loop-guard", _duplicates_of_nothing)
    assert main(["--seed", "3", "--size", "0.01", "--only", "loop-guard"]) == 1


@pytest.mark.usefixtures("quiet")
def test_a_failure_prints_the_command_that_repeats_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(DRILLS, "duplicates", _duplicates_of_nothing)
    assert main(["--size", "0.01", "--only", "loop-guard", "--only", "duplicates"]) == 1
    seen, printed = _cells(capsys.readouterr().out, "duplicates")
    (command,) = [line for line in printed if line.startswith("repeat ")]
    program, *arguments = shlex.split(command.removeprefix("repeat duplicates: "))
    assert program == ".venv/bin/python"
    assert arguments[:2] == ["-m", "simulation"]
    assert main(arguments[2:]) == 1
    repeated, printed = _cells(capsys.readouterr().out, "duplicates")
    assert repeated == seen
    assert "0 of 1 drills hold" in "".join(printed)


def test_make_passes_the_seed_that_it_is_given() -> None:
    make = shutil.which("make")
    assert make, "README asks for make"
    asked = ["SEED=480112", "ONLY=alarms duplicates", "SIZE=0.1"]
    for target, options in (
        ("drills", "--seed 480112 --only alarms --only duplicates --size 0.1"),
        ("soak", "soak --seed 480112 --size 0.1"),
    ):
        planned = subprocess.run(
            [make, "--dry-run", target, *asked],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},  # without what `make test` passes on to a make within
            check=True,
            capture_output=True,
            text=True,
        )
        command = planned.stdout.splitlines()[-1].split()
        assert command == [".venv/bin/python", "-m", "simulation", *options.split()]


def _cells(output: str, name: str) -> tuple[list[str], list[str]]:
    """Return the cells of a drill's row, joined over its lines, and all lines."""
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
