"""Drills of order: the newest version remains, in whatever order events arrive."""

from dataclasses import replace
from functools import partial

from simulation.checker import CheckResult, check
from simulation.conditions import Conditions
from simulation.faults import random_faults
from simulation.findings import Finding, Run
from simulation.pictures import picture, poison
from simulation.world import World

KEYS, VERSIONS = 1_000, 5


def versions(run: Run) -> Finding:
    """Deliver the events of each key in any order, without faults."""
    result = check(overwritten(run, Conditions(event_delay=300, system=run.system)))
    newest = result.statuses["processed"] + result.newest_rejected
    return Finding(
        injected=f"{run.scaled(KEYS):,} keys x {VERSIONS} versions, events in any order",
        demanded="the newest version for each key, older ones superseded; no message repeated",
        seen=f"newest {newest:,}; {result}",
        holds=result.is_valid and newest == run.scaled(KEYS) and result.repeated == 0,
    )


def versions_and_faults(run: Run) -> Finding:
    """Deliver events while older versions are processed, with faults, kills and duplicates."""
    conditions = Conditions(
        event_delay=30,
        work=5,
        duplicates=0.1,
        judge=random_faults(faults=0.05, kills=0.05),
        system=run.system,
    )
    result = check(overwritten(run, conditions))
    return Finding(
        injected=f"{run.scaled(KEYS):,} keys x {VERSIONS} versions, 5 % faults, 5 % kills, "
        "10 % duplicates",
        demanded="the newest version for each key",
        seen=str(result),
        holds=result.is_valid,
    )


def stalled_writers(run: Run) -> Finding:
    """Stall attempts between two puts while a newer version is processed, and then kill them."""
    result = check(overwritten(run, stalling(run)))
    return Finding(
        injected=f"{run.scaled(KEYS):,} keys x {VERSIONS} versions, stalls of up to 30 s between "
        "puts, most workers killed on the way",
        demanded="no variant of an older version over a newer one",
        seen=str(result),
        holds=result.is_valid,
    )


def deletes(run: Run) -> Finding:
    """Put delete markers among the versions, with and without propagateDeletes, with faults."""
    results: list[CheckResult] = []
    for propagate in (False, True):
        conditions = _disturbed(run, propagate_deletes=propagate)
        results.append(check(overwritten(run, conditions, deleted=0.3)))
    ignored, followed = results
    return Finding(
        injected=f"2 x {run.scaled(KEYS):,} keys x {VERSIONS} versions, 30 % delete markers, "
        "5 % faults, 2 % kills",
        demanded="variants of the newest stored version; with propagateDeletes none under a marker",
        seen=f"off: {ignored}; on: {followed}",
        holds=ignored.is_valid and followed.is_valid,
    )


def without_versioning(run: Run) -> Finding:
    """Overwrite objects in buckets without versioning, also with earlier content, with faults."""
    results: list[CheckResult] = []
    for propagate in (False, True):
        conditions = replace(_disturbed(run, propagate_deletes=propagate), versioning=False)
        world = overwritten(run, conditions, deleted=0.3 * propagate, pictures=2)
        results.append(check(world))
    ignored, followed = results
    return Finding(
        injected=f"2 x {run.scaled(KEYS):,} keys of buckets that keep no versions, {VERSIONS} "
        "uploads each of 2 pictures in turn, also 30 % deletes, 5 % faults, 2 % kills",
        demanded="variants of the objects that remain, a record and a message for each upload",
        seen=f"off: {ignored}; on: {followed}",
        holds=ignored.is_valid and followed.is_valid,
    )


def concurrent_uploads(run: Run) -> Finding:
    """Process all uploads and deletes of a key concurrently, and kill most of the workers.

    Unlike in the other drills, no event waits for a free invocation.
    """
    results = {
        f"{'versions' if versioning else 'none'}, {'propagated' if propagate else 'not'}": check(
            overwritten(
                replace(run, size=run.size / 4),
                _concurrency(run, versioning=versioning, propagate_deletes=propagate),
                deleted=0.3 if versioning or propagate else 0,
                pictures=2,
            )
        )
        for versioning in (True, False)
        for propagate in (True, False)
    }
    return Finding(
        injected=f"4 x {replace(run, size=run.size / 4).scaled(KEYS):,} keys, {VERSIONS} uploads "
        "each of 2 pictures in turn, 30 % deletes, with versions and without, deletes propagated "
        "and not, 10 % duplicates, 2 % faults, most workers killed",
        demanded="variants of the objects that remain, a record and a message for each upload",
        seen="; ".join(f"{name}: {result}" for name, result in results.items()),
        holds=all(result.is_valid for result in results.values()),
    )


def _concurrency(run: Run, *, versioning: bool, propagate_deletes: bool) -> Conditions:
    return Conditions(
        event_delay=30,
        work=15,
        duplicates=0.1,
        batch_size=1,
        max_concurrency=KEYS,
        versioning=versioning,
        propagate_deletes=propagate_deletes,
        judge=random_faults(faults=0.02, kills=0.6),
        system=run.system,
    )


def stalling(run: Run) -> Conditions:
    """Return conditions with long stalls between any two calls, and most workers killed."""
    return Conditions(
        event_delay=5,
        work=30,
        batch_size=1,
        max_concurrency=50,
        judge=random_faults(faults=0, kills=0.5),
        system=run.system,
    )


def _disturbed(run: Run, *, propagate_deletes: bool) -> Conditions:
    """Return conditions with late and repeated events, some faults and kills."""
    return Conditions(
        event_delay=30,
        work=5,
        duplicates=0.1,
        propagate_deletes=propagate_deletes,
        judge=random_faults(faults=0.05, kills=0.02),
        system=run.system,
    )


def overwritten(
    run: Run, conditions: Conditions, deleted: float = 0, pictures: int = VERSIONS
) -> World:
    """Return a drained world in which keys were overwritten while they were processed.

    Args:
        deleted: share of uploads that follow a delete marker.
        pictures: number of different pictures that a key has in turn.
    """
    world = World(run.seed, conditions)
    random = world.engine.random
    for number in range(run.scaled(KEYS)):
        key = f"{number}.jpg"
        seconds = random.uniform(0, 300)
        for version in range(VERSIONS):
            seconds += random.expovariate(1 / 20)
            if random.random() < deleted:
                world.engine.after(seconds, partial(world.delete, key))
            is_poison = random.random() < 0.05
            content = number * 7 + version % pictures
            data = poison(content) if is_poison else picture(content)
            world.engine.after(seconds, partial(world.upload, key, data))
        if random.random() < deleted:
            world.engine.after(seconds + 1, partial(world.delete, key))
    world.drain()
    return world
