"""Drills without records: the bucket still ends with the complete variants of the newest
version."""

from dataclasses import replace
from functools import partial

from simulation.checker import (
    FINAL,
    CheckResult,
    check_dead_letters,
    check_messages,
    check_rejected,
    check_variants,
    expected_variants,
    newest,
)
from simulation.conditions import UPLOADS, Conditions
from simulation.delivery import STRIKES, struck
from simulation.engine import Fate
from simulation.faults import Strike, random_faults
from simulation.findings import Finding, Run
from simulation.ordering import KEYS, VERSIONS, overwritten, stalling
from simulation.pictures import picture, poison
from simulation.world import World

DEMANDED = "complete variants of the newest version; a message for each upload; no poison lost"


def check_unrecorded(world: World) -> CheckResult:
    """Check a drained world by its variants, messages, dead letters and rejected events."""
    result = CheckResult(acknowledged=len(world.uploads))
    check_variants(world, result)
    check_messages(world, result)
    check_dead_letters(world, result)
    check_rejected(world, result)
    announced: dict[tuple[str, str], set[str]] = {state: set() for state in world.uploads}
    for message in world.published:
        announced.setdefault((message["key"], message["version_id"]), set()).add(message["status"])
    for state, version in world.uploads.items():
        best = "processed" if expected_variants(world, state[0], version) else "rejected"
        is_newest = version == newest(world, state[0])
        result.statuses[best if best in announced[state] else "superseded"] += 1
        if is_newest and best not in announced[state]:
            result.lost.append(f"no message about {state} as {best}")
        if is_newest and best == "rejected" and not result.rejected[state]:
            result.lost.append(f"no rejected event about {state}")
        allowed = {best} if is_newest else {best, *FINAL - {"processed", "rejected"}}
        if unexpected := announced[state] - allowed:
            result.unexpected.append(f"messages about {state} as {sorted(unexpected)}")
    if world.buckets[UPLOADS].written != world.writes:
        result.unexpected.append("the upload bucket was written to")
    return result


def any_order(run: Run) -> Finding:
    """Deliver versions, duplicates and poison in any order, with faults and kills."""
    conditions = Conditions(
        records=False,
        event_delay=30,
        work=5,
        duplicates=0.3,
        lost_acknowledgements=0.01,
        judge=random_faults(faults=0.05, kills=0.05),
        system=run.system,
    )
    result = check_unrecorded(overwritten(run, conditions))
    return Finding(
        injected=f"{run.scaled(KEYS):,} keys x {VERSIONS} versions, 5 % poison, 30 % duplicates, "
        "events in any order, 5 % faults, 5 % kills, 1 % lost acknowledgements",
        demanded=DEMANDED,
        seen=str(result),
        holds=result.is_valid,
    )


def stalled(run: Run) -> Finding:
    """Stall attempts between two puts while a newer version is processed, and then kill them."""
    conditions = replace(stalling(run), records=False)
    result = check_unrecorded(overwritten(run, conditions))
    return Finding(
        injected=f"{run.scaled(KEYS):,} keys x {VERSIONS} versions, stalls of up to 30 s between "
        "puts, many workers killed on the way",
        demanded=DEMANDED,
        seen=str(result),
        holds=result.is_valid,
    )


def every_boundary(run: Run) -> Finding:
    """Process one upload at a time, and strike each of its calls in each way."""
    failures: list[str] = []
    strikes = 0
    scenarios = ("processed", "rejected", "overwritten")
    for scenario in scenarios:
        clean = Strike(at=0, fate=Fate.SUCCEEDS)
        struck(run, scenario, clean, records=False)
        for at in range(1, len(clean.operations) + 1):
            for fate in STRIKES:
                strike = Strike(at=at, fate=fate, times=1 if fate.is_deadly else 3)
                result = check_unrecorded(struck(run, scenario, strike, records=False))
                strikes += 1
                if not result.is_valid:
                    failures.append(f"{scenario} call {at} {fate.value}: {result}")
    return Finding(
        injected=f"{len(scenarios)} kinds of upload, {strikes} strikes: each call x "
        f"{len(STRIKES)} kinds (error, timeout and SIGKILL, before and after the effect)",
        demanded=DEMANDED,
        seen="; ".join([f"{strikes - len(failures)} of {strikes}", *failures[:2]]),
        holds=not failures,
    )


def direct(run: Run) -> Finding:
    """Invoke the function directly by S3, with Lambda's two retries."""
    conditions = Conditions(
        records=False,
        direct=True,
        duplicates=0.1,
        work=2,
        judge=random_faults(faults=0.05, kills=0.02),
        system=run.system,
    )
    world = World(run.seed, conditions)
    for number in range(run.scaled(1_000)):
        data = poison(number) if number % 100 == 1 else picture(number)
        world.engine.after(number, partial(world.upload, f"{number // 2}.jpg", data))
    world.drain()
    result = check_unrecorded(world)
    return Finding(
        injected=f"{run.scaled(1_000):,} uploads of half as many keys, 5 % faults, 2 % kills, "
        "10 % duplicates, without a queue",
        demanded=DEMANDED,
        seen=str(result),
        holds=result.is_valid,
    )
