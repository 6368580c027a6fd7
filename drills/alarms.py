"""Drill of observability: the alarms that `enableAlarms` would create, on simulated metrics."""

from dataclasses import replace

from drills.conditions import Conditions
from drills.faults import outages, random_faults
from drills.findings import Finding, Run
from drills.pictures import picture, poison
from drills.world import World

OLDEST_AGE_SECONDS = 600.0
"""Older messages than this mean that the function does not keep up."""


def alarms(run: Run) -> Finding:
    """Trouble of four kinds, and none; what would ring?"""
    calm = Conditions(subject=run.subject, event_delay=1)
    killed = replace(calm, judge=random_faults(faults=0, kills=0.5))
    down = replace(calm, judge=outages({"dynamodb": (0, 7_200)}))
    slow = replace(calm, max_concurrency=2, work=20, batch_size=1)
    expected = {
        "clean": (_ringing(run, calm), set[str]()),
        "poison": (_ringing(run, calm, bad=True), {"dead letters"}),
        "kills": (_ringing(run, killed), {"errors", "oldest message"}),
        "outage": (_ringing(run, down), {"dead letters", "oldest message"}),
        "too slow": (_ringing(run, slow), {"oldest message"}),
    }
    wrong = [name for name, (ringing, wanted) in expected.items() if ringing != wanted]
    return Finding(
        injected=", ".join(expected),
        demanded="; ".join(f"{name}: {_names(want)}" for name, (_, want) in expected.items()),
        seen="; ".join(f"{name}: {_names(ringing)}" for name, (ringing, _) in expected.items()),
        holds=not wrong,
    )


def _ringing(run: Run, conditions: Conditions, *, bad: bool = False) -> set[str]:
    world = World(run.seed, conditions)
    for number in range(max(100, run.scaled(300))):
        world.upload(f"{number}.jpg", poison(number) if bad else picture(number))
    world.drain()
    metrics = {
        "dead letters": len(world.dead_letters.visible) > 0,
        "errors": world.mapping.errors > 0,
        "oldest message": world.queue.oldest_age_seconds > OLDEST_AGE_SECONDS,
    }
    return {name for name, rings in metrics.items() if rings}


def _names(ringing: set[str]) -> str:
    return ", ".join(sorted(ringing)) or "none"
