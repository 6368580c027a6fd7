"""Drills of services that refuse, and of clocks that are wrong."""

from dataclasses import replace
from datetime import timedelta

from simulation.checker import check
from simulation.conditions import Conditions, all_is_well
from simulation.faults import outages
from simulation.findings import Finding, Run
from simulation.pictures import picture
from simulation.world import World, rows

HOUR_SECONDS = 3_600.0
CAPS = (2, 10, 50)


def throttling(run: Run) -> Finding:
    """A burst, while half of all calls are refused for two minutes."""
    seen: list[str] = []
    holds = True
    for cap in CAPS:
        refused = outages(dict.fromkeys(("s3", "dynamodb", "sns", "sqs"), (0, 120)), share=0.5)
        conditions = Conditions(
            judge=refused, event_delay=1, max_concurrency=cap, system=run.system
        )
        world = World(run.seed, conditions)
        for number in range(run.scaled(10_000)):
            world.upload(f"{number}.jpg", picture(number))
        world.drain()
        result = check(world)
        running = world.mapping.most_running
        holds = holds and result.is_valid and running <= cap and not world.dead_letters.visible
        seen.append(f"at {cap}: {running} running, {result}")
    return Finding(
        injected=f"bursts of {run.scaled(10_000):,} events, half of all calls refused for 2 min, "
        f"concurrency {', '.join(map(str, CAPS))}",
        demanded="lost 0, DLQ empty, never more running than allowed",
        seen="; ".join(seen),
        holds=holds,
    )


def outage_and_redrive(run: Run) -> Finding:
    """A service is down for longer than all retries last; then the dead letters are sent back."""
    seen: list[str] = []
    holds = True
    for service in ("dynamodb", "s3", "sns"):
        down = outages({service: (0, 2 * HOUR_SECONDS)})
        world = World(run.seed, Conditions(judge=down, event_delay=1, system=run.system))
        for number in range(run.scaled(1_000)):
            world.upload(f"{number}.jpg", picture(number))
        world.drain()
        dead = len(world.dead_letters.visible)
        world.conditions = replace(world.conditions, judge=all_is_well)
        world.dead_letters.redrive(world.queue)
        world.drain()
        result = check(world)
        complete = dead == len(world.uploads) and result.is_valid and result.repeated == 0
        holds = holds and complete and not world.dead_letters.visible
        seen.append(f"{service}: {dead:,} dead, then {result}")
    return Finding(
        injected=f"{run.scaled(1_000):,} uploads each, table, storage or topic down for "
        "2 h; then StartMessageMoveTask",
        demanded="what is not finished is in the DLQ, then complete without duplicates",
        seen="; ".join(seen),
        holds=holds,
    )


def clock_skew(run: Run) -> Finding:
    """Each invocation has another time, up to 25 hours wrong."""
    seen: list[dict[tuple[str, str], object]] = []
    valid = True
    for skew in (timedelta(0), timedelta(minutes=15), timedelta(hours=25)):
        conditions = Conditions(
            clock_skew=skew.total_seconds(), duplicates=0.5, event_delay=600, system=run.system
        )
        world = World(run.seed, conditions)
        for number in range(run.scaled(1_000)):
            world.upload(f"{number % run.scaled(250)}.jpg", picture(number))
        world.drain()
        valid = valid and check(world).is_valid
        # Version ids are drawn by chance, in the same order each time.
        seen.append({state: row["status"] for state, row in rows(world)})
    same = seen[0] == seen[1] == seen[2]
    return Finding(
        injected=f"{run.scaled(1_000):,} uploads, clocks up to 15 min and 25 h wrong",
        demanded="the same records and variants",
        seen=f"the same: {same}; valid: {valid}",
        holds=same and valid,
    )
