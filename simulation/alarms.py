"""Drill of the alarms that `enableAlarms` creates, on simulated metrics."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from simulation.conditions import Conditions
from simulation.engine import Fate
from simulation.faults import first_struck, outages
from simulation.findings import Finding, Run
from simulation.inputs import send_outputs_back
from simulation.metrics import recording
from simulation.pictures import picture, poison
from simulation.world import World

STRUCK = 5
"""Number of struck invocations, of about twenty for 100 uploads: enough to raise the 95th
percentile. Each message is in at most one, as all are delivered before any is redelivered."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """An incident, or none, and the alarms that it should raise."""

    conditions: Conditions
    expected: frozenset[str]
    """The roles of exactly the alarms that should be raised."""
    uploads: int = 100
    upload: Callable[[int], bytes] = picture
    afterwards: Callable[[World], None] = field(default=lambda _world: None)
    """Further events in the world after its uploads."""


def alarms(run: Run) -> Finding:
    """Simulate incidents of several kinds, and none, and compare the raised alarms."""
    calm = Conditions(system=run.system, event_delay=1)
    killed = replace(calm, judge=first_struck(STRUCK, Fate.KILLED_BEFORE))
    down = replace(calm, judge=outages({"dynamodb": (0, 7_200)}))
    slow = replace(calm, max_concurrency=2, work=20, batch_size=1)
    late = replace(calm, judge=first_struck(STRUCK, Fate.HANGS))
    scenarios = {
        "clean": Scenario(conditions=calm, expected=frozenset()),
        "poison": Scenario(
            conditions=calm, upload=poison, expected=frozenset({"rejected-uploads"})
        ),
        "kills": Scenario(conditions=killed, expected=frozenset({"errors"})),
        "outage": Scenario(
            conditions=down, expected=frozenset({"dead-letters", "executions-per-upload"})
        ),
        "too slow": Scenario(conditions=slow, uploads=400, expected=frozenset({"oldest-message"})),
        "out of time": Scenario(conditions=late, expected=frozenset({"errors", "duration"})),
        "loop": Scenario(
            conditions=calm,
            afterwards=send_outputs_back,
            expected=frozenset({"refused-outputs", "executions-per-upload"}),
        ),
    }
    seen = {name: _alarms_of(run, scenario) for name, scenario in scenarios.items()}
    return Finding(
        injected=f"{len(scenarios)} worlds of 100-400 uploads: {', '.join(scenarios)}; the "
        "program's alarm rules with default thresholds, on the metrics that CloudWatch would have",
        demanded="; ".join(f"{name}: {_names(each.expected)}" for name, each in scenarios.items()),
        seen="; ".join(f"{name}: {_names(raised)}" for name, raised in seen.items()),
        holds=all(seen[name] == scenario.expected for name, scenario in scenarios.items()),
    )


def _alarms_of(run: Run, scenario: Scenario) -> frozenset[str]:
    world = World(run.seed, scenario.conditions)
    with recording(world) as recorder:
        for number in range(scenario.uploads):
            world.upload(f"{number}.jpg", scenario.upload(number))
        world.drain()
        scenario.afterwards(world)
        world.drain()
    return frozenset(recorder.raised())


def _names(raised: frozenset[str]) -> str:
    return ", ".join(sorted(raised)) or "none"
