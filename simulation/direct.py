"""Drill of direct invocations by S3, with Lambda's retries and its failure destination."""

import json
from collections import Counter
from dataclasses import replace
from functools import partial

from handler.events.parsing import read_body
from handler.events.s3_events import ObjectCreated
from simulation.checker import check
from simulation.conditions import Conditions, no_faults
from simulation.faults import outages, random_faults
from simulation.findings import Finding, Run
from simulation.pictures import picture, poison
from simulation.world import World


def direct_trigger(run: Run) -> Finding:
    """Simulate faults and duplicates, then an outage that exceeds Lambda's retries, and redrive."""
    faults = random_faults(faults=0.05, kills=0.02)
    conditions = Conditions(direct=True, duplicates=0.1, judge=faults, system=run.system)
    faulty = World(run.seed, conditions)
    down = outages({"dynamodb": (0, 3_600)})
    dark = World(run.seed, replace(conditions, judge=down, duplicates=0))
    for world in (faulty, dark):
        for number in range(run.scaled(1_000)):
            is_poison = number % 100 == 0 and world is faulty
            data = poison(number // 100) if is_poison else picture(number)
            world.engine.after(number, partial(world.upload, f"{number}.jpg", data))
        world.drain()
    result = check(faulty)
    lost = [message.body for message in dark.dead_letters.visible]
    events = Counter(n for body in lost for n in read_body(body) if isinstance(n, ObjectCreated))
    dark.conditions = replace(dark.conditions, judge=no_faults)
    dark.dead_letters.visible.clear()
    for body in lost:
        dark.invoke_directly(json.loads(body)["requestPayload"])
    dark.drain()
    again = check(dark)
    once = set(events.values()) <= {1}
    return Finding(
        injected=f"{run.scaled(1_000):,} uploads, 5 % faults, 2 % kills, 10 % duplicates; the same "
        "with the table down for 1 h",
        demanded="the same result as with the queue; each lost event once in the failure "
        "destination, and complete when it is invoked again",
        seen=f"{result}; outage: {len(events):,} in the destination, once each: {once}, "
        f"then {again}",
        holds=result.is_valid and once and bool(events) and again.is_valid,
    )
