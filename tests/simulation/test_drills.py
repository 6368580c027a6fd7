"""All drills hold on a small scale; `make drills` runs them at full size.

Nothing is timed: the drills have a clock of their own, and all chance comes from the seed.
"""

import json

import pytest

from simulation.__main__ import main
from simulation.catalogue import DRILLS
from simulation.conditions import Conditions, SystemUnderTest
from simulation.delivery import duplicates
from simulation.faults import random_faults
from simulation.findings import Finding, Run
from simulation.pictures import picture
from simulation.world import World, rows

SEED = 20_261_121
SLOW = {"soak-without-sdk-retries": 0.1, "harness-honesty": 1, "broken-files": 0.03}
"""Drills that show nothing at the usual size, or take long at it."""


@pytest.mark.parametrize("name", DRILLS)
@pytest.mark.usefixtures("quiet")
def test_a_drill_holds(name: str) -> None:
    found = DRILLS[name](Run(seed=SEED, size=SLOW.get(name, 0.02)))
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
    assert "1 of 1 drills hold; again with --seed 3" in capsys.readouterr().out
    monkeypatch.setitem(DRILLS, "loop-guard", _duplicates_of_nothing)
    assert main(["--seed", "3", "--size", "0.01", "--only", "loop-guard"]) == 1


def _duplicates_of_nothing(run: Run) -> Finding:
    return duplicates(
        Run(seed=run.seed, size=run.size, system=SystemUnderTest(handler=_do_nothing))
    )


def _do_nothing(_event: object, _context: object, _pipeline: object) -> None:
    """Acknowledge everything."""
