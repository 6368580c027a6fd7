"""Drill of observability: the alarms that `enableAlarms` creates, on simulated metrics."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from simulation.conditions import PROCESSED, Conditions
from simulation.engine import Fate
from simulation.faults import first_struck, outages
from simulation.findings import Finding, Run
from simulation.metrics import recording
from simulation.pictures import picture, poison
from simulation.world import World

STRUCK = 5
"""Invocations of the about twenty that 100 uploads take: enough for the slowest in twenty, and each
message is in one of them at most, as all are delivered before any comes back."""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something that an operator should be told of.

    Attributes:
        rings: The roles of the alarms that have to go off, and no others.
        then: What happens to the world beside its uploads.
    """

    conditions: Conditions
    rings: frozenset[str]
    uploads: int = 100
    upload: Callable[[int], bytes] = picture
    then: Callable[[World], None] = field(default=lambda _world: None)


def alarms(run: Run) -> Finding:
    """Trouble of many kinds, and none; what would ring?"""
    calm = Conditions(system=run.system, event_delay=1)
    killed = replace(calm, judge=first_struck(STRUCK, Fate.KILLED_BEFORE))
    down = replace(calm, judge=outages({"dynamodb": (0, 7_200)}))
    slow = replace(calm, max_concurrency=2, work=20, batch_size=1)
    late = replace(calm, judge=first_struck(STRUCK, Fate.HANGS))
    troubles = {
        "clean": Trouble(conditions=calm, rings=frozenset()),
        "poison": Trouble(
            conditions=calm,
            upload=poison,
            rings=frozenset({"dead-letters", "rejected-uploads"}),
        ),
        "kills": Trouble(conditions=killed, rings=frozenset({"errors"})),
        "outage": Trouble(
            conditions=down, rings=frozenset({"dead-letters", "executions-per-upload"})
        ),
        "too slow": Trouble(conditions=slow, uploads=400, rings=frozenset({"oldest-message"})),
        "out of time": Trouble(conditions=late, rings=frozenset({"errors", "duration"})),
        "loop": Trouble(
            conditions=calm,
            then=_send_outputs_back,
            rings=frozenset({"refused-outputs", "executions-per-upload"}),
        ),
    }
    seen = {name: _ringing(run, trouble) for name, trouble in troubles.items()}
    return Finding(
        injected=f"{len(troubles)} worlds of 100-400 uploads: {', '.join(troubles)}; the program's "
        "own alarm rules with their default thresholds, on the metrics that CloudWatch would have",
        demanded="; ".join(f"{name}: {_names(each.rings)}" for name, each in troubles.items()),
        seen="; ".join(f"{name}: {_names(ringing)}" for name, ringing in seen.items()),
        holds=all(seen[name] == trouble.rings for name, trouble in troubles.items()),
    )


def _ringing(run: Run, trouble: Trouble) -> frozenset[str]:
    world = World(run.seed, trouble.conditions)
    with recording(world) as recorder:
        for number in range(trouble.uploads):
            world.upload(f"{number}.jpg", trouble.upload(number))
        world.drain()
        trouble.then(world)
        world.drain()
    return frozenset(recorder.ringing())


def _send_outputs_back(world: World) -> None:
    """Do as a notification on the processed bucket would."""
    for key in world.buckets[PROCESSED].content():
        s3 = {"bucket": {"name": PROCESSED}, "object": {"key": key}}
        world.queue.send(json.dumps({"Records": [{"s3": s3}]}))


def _names(ringing: frozenset[str]) -> str:
    return ", ".join(sorted(ringing)) or "none"
