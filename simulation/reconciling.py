"""Drills of the reconciler: uploads whose events are lost are found, whatever is killed."""

from dataclasses import replace

from handler.reconciler.findings import Action
from simulation.checker import CheckResult, check
from simulation.conditions import GRACE_SECONDS, Conditions, no_faults
from simulation.engine import Fate, Judge
from simulation.faults import Strike, random_faults
from simulation.findings import Finding, Run, writes
from simulation.pictures import picture, poison
from simulation.world import World

PAUSE_SECONDS = GRACE_SECONDS + 3_600.0
MOST_RUNS = 60
LOST = 0.05


def lost_events(run: Run) -> Finding:
    """Lose events, and delete dead letters before they are redriven."""
    seen: list[str] = []
    holds = True
    for direct in (False, True):
        world = _after_losses(run, direct=direct)
        lost = len(check(world).lost)
        runs, dead = _reconcile_until_finished(world)
        result = check(world)
        holds = holds and lost > 0 and result.is_valid and _finds_nothing(world)
        way = "Lambda" if direct else "the queue"
        seen.append(
            f"by {way}: {lost:,} records, messages and variants missing; after {runs} runs, of"
            f" which {dead} died, {result}"
        )
    return Finding(
        injected=f"2 x {run.scaled(2_000):,} uploads, 5 % of events never arrive, a tenth of the"
        " keys overwritten, most workers killed, dead letters deleted; then 5 % faults, and a"
        " third of the reconciler's runs killed",
        demanded="lost 0 after the reconciler, unexpected 0; a last run finds nothing",
        seen="; ".join(seen),
        holds=holds,
    )


def _after_losses(run: Run, *, direct: bool) -> World:
    conditions = Conditions(
        system=run.system,
        lost_events=LOST,
        direct=direct,
        max_receive_count=1,
        judge=random_faults(faults=0, kills=0.7),
    )
    world = World(run.seed, conditions)
    uploads = run.scaled(2_000)
    for number in range(uploads):
        data = poison(number) if number % 100 == 0 else picture(number)
        world.upload(f"a folder/photo+{number % (uploads * 9 // 10)}.jpg", data)
    world.drain()
    world.dead_letters.visible.clear()
    world.queue.max_receive_count = 5
    faults = random_faults(faults=0.05, kills=0)
    world.conditions = replace(world.conditions, judge=faults, lost_events=0)
    return world


def _reconcile_until_finished(world: World) -> tuple[int, int]:
    """Run the reconciler until three passes are finished; return the numbers of runs and kills.

    The first pass may find attempts that may still be alive, and a run that is killed in the last
    page of a pass does not report that it finished.
    """
    kills = random_faults(faults=0.05, kills=0.35)
    passes = 0
    for number in range(1, MOST_RUNS + 1):
        world.engine.after(PAUSE_SECONDS, lambda: world.reconcile(kills(world.engine)))
        before = len(world.summaries)
        world.drain()
        passes += any(each.pass_finished for each in world.summaries[before:])
        if passes == 3:
            return number, number - len(world.summaries)
    return MOST_RUNS, MOST_RUNS - len(world.summaries)


def _finds_nothing(world: World) -> bool:
    world.engine.after(
        PAUSE_SECONDS, lambda: world.reconcile(_no_faults(world), restart=True, maxVersions=10**6)
    )
    world.drain()
    return not world.summaries[-1].findings


def _no_faults(world: World) -> Judge:
    return no_faults(world.engine)


UPLOADS = 12


def reconciler_killed(run: Run) -> Finding:
    """Strike each call of the reconciler in each way."""
    clean = Strike(at=0, fate=Fate.SUCCEEDS)
    expected = _struck(run, clean)
    failures: list[str] = []
    strikes = 0
    for at in range(1, len(clean.operations) + 1):
        for fate in (fate for fate in Fate if fate is not Fate.SUCCEEDS):
            strike = Strike(at=at, fate=fate, times=1 if fate.is_deadly else 3)
            result, puts = _struck(run, strike)
            strikes += 1
            if not result.is_valid or result.repeated or puts != expected[1]:
                failures.append(f"call {at} {fate.value}: {result}, {puts} puts")
    return Finding(
        injected=f"{UPLOADS} uploads without events, {strikes} strikes: each call of the reconciler"
        " x 5 kinds",
        demanded="the next run completes it: lost 0, no message and no put repeated",
        seen="; ".join([f"{strikes - len(failures)} of {strikes}", *failures[:2]]),
        holds=not failures and expected[0].is_valid,
    )


def _struck(run: Run, strike: Strike) -> tuple[CheckResult, int]:
    world = World(run.seed, Conditions(system=run.system, lost_events=1, event_delay=1))
    for number in range(UPLOADS):
        world.upload(f"{number:02}.jpg", picture(number))
    judges = [strike.begin(world.engine), _no_faults(world)]
    for judge in judges:
        world.engine.after(PAUSE_SECONDS, lambda judge=judge: world.reconcile(judge))
        world.drain()
    return check(world), writes(world)


def requeue_limit(run: Run) -> Finding:
    """Check that an upload that never becomes final is requeued three times only."""
    conditions = Conditions(system=run.system, lost_events=1, max_receive_count=1)
    world = World(run.seed, replace(conditions, judge=_always_killed))
    uploads = min(50, run.scaled(50))
    for number in range(uploads):
        world.upload(f"{number}.jpg", picture(number))
    for _ in range(6):
        world.engine.after(PAUSE_SECONDS, lambda: world.reconcile(_no_faults(world)))
        world.drain()
    sent = sum(each.actions[Action.REQUEUE] for each in world.summaries)
    given_up = [each.actions[Action.GIVE_UP] for each in world.summaries]
    unresolved = [each.unresolved for each in world.summaries]
    return Finding(
        injected=f"{uploads} uploads without events, and each worker is killed; 6 runs",
        demanded="each requeued 3 times, then only reported; reported as unresolved from the second"
        " run on",
        seen=f"requeued {sent}, given up {given_up}, unresolved {unresolved}",
        holds=sent == 3 * uploads
        and given_up == [0, 0, 0, *[uploads] * 3]
        and unresolved == [0, *[uploads] * 5],
    )


def _always_killed(_engine: object) -> Judge:
    return lambda _task, _call: Fate.KILLED_BEFORE
