"""Drills of delivery: every upload is processed once, whatever fails or is killed."""

from dataclasses import replace
from functools import partial

from simulation.checker import CheckResult, check
from simulation.conditions import Conditions
from simulation.engine import Fate
from simulation.faults import Strike, random_faults
from simulation.findings import Finding, Run, writes
from simulation.pictures import picture, poison
from simulation.world import World

POISON_EVERY = 100
FAULTS, KILLS, DUPLICATES = 0.05, 0.02, 0.1


def soak(run: Run) -> Finding:
    """Combine all faults in a long run."""
    world = _soaked(run, Conditions(lost_acknowledgements=0.01, system=run.system))
    result = check(world)
    copies = result.rejected.total() - len(result.rejected)
    ambiguous = world.ambiguous["sqs.send_message"]
    return Finding(
        injected=f"{len(world.uploads):,} uploads, 1 % poison, 10 % duplicates, in any order, "
        "5 % faults on every call, 2 % kills, 1 % lost acknowledgements",
        demanded="lost 0, unexpected 0, healthy in DLQ 0, poison rejected once, but for faults "
        "after the effect of sending; identical to a clean run",
        seen=f"{result}; poison {len(result.rejected)}, again {copies}, such faults {ambiguous}",
        holds=result.is_valid and copies <= ambiguous,
    )


def soak_without_sdk_retries(run: Run) -> Finding:
    """Show that the soak is hard enough to fail a handler that relies on the queue alone."""
    world = _soaked(run, Conditions(system=replace(run.system, sdk_attempts=1)))
    before = len(check(world).false_dead)
    world.conditions = replace(world.conditions, judge=random_faults(faults=0, kills=0))
    world.dead_letters.redrive(world.queue)
    world.drain()
    result = check(world)
    return Finding(
        injected=f"{len(world.uploads):,} uploads, the same, without botocore's retries",
        demanded="healthy in DLQ more than 0; after a redrive all complete",
        seen=f"healthy in DLQ {before}; after the redrive {result}",
        holds=before > 0 and result.is_valid,
    )


def _soaked(run: Run, conditions: Conditions) -> World:
    faults = random_faults(faults=FAULTS, kills=KILLS)
    world = World(run.seed, replace(conditions, judge=faults, duplicates=DUPLICATES))
    for number in range(run.scaled(10_000)):
        is_poison = number % POISON_EVERY == 0
        data = poison(number // POISON_EVERY) if is_poison else picture(number)
        world.upload(f"a folder/photo+{number}.jpg", data)
    world.drain()
    return world


def kill_at_every_boundary(run: Run) -> Finding:
    """Process one upload at a time, and strike each of its calls in each way."""
    failures: list[str] = []
    strikes = 0
    for scenario in SCENARIOS:
        clean = Strike(at=0, fate=Fate.SUCCEEDS)
        expected = struck(run, scenario, clean)
        for at in range(1, len(clean.operations) + 1):
            for fate in STRIKES:
                # Three failures in a row exceed botocore's retries; a kill happens once.
                strike = Strike(at=at, fate=fate, times=1 if fate.is_deadly else 3)
                world = struck(run, scenario, strike)
                strikes += 1
                if not _is_as_clean(world, expected):
                    failures.append(f"{scenario} call {at} {fate.value}: {check(world)}")
    return Finding(
        injected=f"{len(SCENARIOS)} kinds of upload, {strikes} strikes: each call x "
        f"{len(STRIKES)} kinds (error, timeout and SIGKILL, before and after the effect)",
        demanded="all recover to the clean state; messages and poison repeated only with the same "
        "id, by kills between sending and the final write",
        seen="; ".join([f"{strikes - len(failures)} of {strikes}", *failures[:2]]),
        holds=not failures,
    )


STRIKES = tuple(fate for fate in Fate if fate is not Fate.SUCCEEDS)
SCENARIOS = ("processed", "rejected", "overwritten", "deleted")


def struck(run: Run, scenario: str, strike: Strike, *, records: bool = True) -> World:
    """Return a drained world in which one of `SCENARIOS` was struck."""
    conditions = Conditions(
        records=records,
        judge=strike.begin,
        event_delay=1,
        propagate_deletes=scenario == "deleted",
        system=run.system,
    )
    world = World(run.seed, conditions)
    world.upload("a folder/photo.jpg", poison(1) if scenario == "rejected" else picture(1))
    if scenario == "overwritten":
        world.engine.after(30, partial(world.upload, "a folder/photo.jpg", picture(2)))
    if scenario == "deleted":
        world.engine.after(30, partial(world.delete, "a folder/photo.jpg"))
    world.drain()
    return world


def _is_as_clean(world: World, clean: World) -> bool:
    result = check(world)
    return result.is_valid and result.statuses == check(clean).statuses


def duplicates(run: Run) -> Finding:
    """Deliver each event up to five times, also while another copy is being processed."""
    conditions = Conditions(
        duplicates=1, most_copies=5, event_delay=1, batch_size=1, work=2, system=run.system
    )
    world = World(run.seed, conditions)
    uploads = run.scaled(1_000)
    for number in range(uploads):
        world.upload(f"{number}.jpg", picture(number))
    world.drain()
    result = check(world)
    puts = writes(world)
    return Finding(
        injected=f"{uploads:,} uploads, each event 2-5 times at once, 10 workers",
        demanded="1 message and 1 put of each variant for each upload, DLQ empty",
        seen=f"{result}; {len(world.published):,} messages, {puts:,} puts",
        holds=result.is_valid
        and result.repeated == 0
        and puts == uploads * len(world.settings.variants)
        and not world.dead_letters.visible,
    )


def duplicates_and_kills(run: Run) -> Finding:
    """Kill attempts whose duplicates have yielded to them."""
    conditions = Conditions(
        duplicates=1,
        most_copies=5,
        event_delay=1,
        judge=random_faults(faults=0.01, kills=0.3),
        system=run.system,
    )
    world = World(run.seed, conditions)
    for number in range(run.scaled(1_000)):
        world.upload(f"{number}.jpg", picture(number))
    world.drain()
    result: CheckResult = check(world)
    return Finding(
        injected=f"{len(world.uploads):,} uploads, each event 2-5 times at once, 30 % kills",
        demanded="lost 0, unexpected 0, healthy in DLQ 0",
        seen=str(result),
        holds=result.is_valid,
    )
