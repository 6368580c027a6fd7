"""Drills of batches: a message that fails does not affect the others in its batch."""

import os
import signal
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from handler.delivery.isolation import IsolatedTransform
from handler.delivery.services import Services
from handler.events.parsing import read_body
from handler.events.s3_events import ObjectCreated
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.errors import DEATHS
from handler.model.facts import ImageFacts
from handler.ports import Context
from simulation.checker import check
from simulation.conditions import Conditions
from simulation.engine import Call, Engine, Fate, Judge, Task
from simulation.findings import Finding, Run, writes
from simulation.pictures import picture, transformed
from simulation.world import World

BROKEN_SECONDS = 300.0
"""Time in which some objects cannot be read; less than the visibility timeout."""


def partial_batches(run: Run) -> Finding:
    """Process batches in which some messages fail, at any position."""
    wrong = 0
    answers = 0
    valid = True
    for batch_size in (1, 10, 100):
        reports: list[tuple[set[str], set[str]]] = []
        world = World(run.seed, _failing(run, batch_size, reports))
        for number in range(run.scaled(1_000)):
            world.upload(f"{number}.jpg", picture(number))
        world.drain()
        answers += len(reports)
        wrong += sum(failed != returned for failed, returned in reports)
        once = writes(world) == len(world.uploads) * len(world.settings.variants)
        valid = valid and once and check(world).is_valid and not world.mapping.errors
    return Finding(
        injected=f"{answers} batches of up to 1, 10 and 100, of which a third fail",
        demanded="returned ids are exactly the failures; no message that succeeded is repeated",
        seen=f"{wrong} wrong answers; all complete, each variant put once: {valid}",
        holds=wrong == 0 and valid,
    )


def _is_broken(key: str) -> bool:
    return int(key.partition(".")[0]) % 3 == 0


def _failing(run: Run, batch_size: int, reports: list[tuple[set[str], set[str]]]) -> Conditions:
    def begin(engine: Engine) -> Judge:
        def judge(_task: Task, call: Call) -> Fate:
            is_broken = call.operation == "s3.get_object" and _is_broken(call.subject)
            return Fate.FAILS_BEFORE if is_broken and engine.now < BROKEN_SECONDS else Fate.SUCCEEDS

        return judge

    def handler(
        event: Mapping[str, object], context: Context, services: Services
    ) -> Mapping[str, object] | None:
        is_early = context.get_remaining_time_in_millis() > 0
        response = run.system.handler(event, context, services)
        failures = cast("list[Mapping[str, str]]", (response or {}).get("batchItemFailures", []))
        records = cast("list[Mapping[str, str]]", event["Records"])
        expected = {each["messageId"] for each in records if _is_about_broken(each["body"])}
        if is_early and _is_first(records):
            reports.append((expected, {each["itemIdentifier"] for each in failures}))
        return response

    return Conditions(
        judge=begin,
        system=replace(run.system, handler=handler),
        batch_size=batch_size,
        event_delay=1,
        work=0.01,
        timeout=900,
    )


def _is_about_broken(body: str) -> bool:
    return any(isinstance(n, ObjectCreated) and _is_broken(n.key) for n in read_body(body))


def _is_first(records: Sequence[Mapping[str, object]]) -> bool:
    """Whether all messages are first deliveries, which all occur within the time of the fault."""
    attributes = [cast("Mapping[str, str]", each["attributes"]) for each in records]
    return all(each["ApproximateReceiveCount"] == "1" for each in attributes)


DEADLY = (b"killed", b"crashed", b"hung", b"huge")


def decoder_crashes(run: Run) -> Finding:
    """Process uploads that crash, stall or exhaust the decoder, each in its own process."""
    isolated = IsolatedTransform(transform=_hostile, step_timeout_seconds=0.5, growth_bytes=2**30)
    conditions = Conditions(batch_size=10, transform=isolated, system=run.system)
    world = World(run.seed, conditions)
    uploads = run.scaled(1_000)
    for number in range(uploads):
        kind = DEADLY[number // 100 % len(DEADLY)]
        data = kind + b" %d" % number if number % 100 == 50 else picture(number)
        world.upload(f"{number}.jpg", data)
    with warnings.catch_warnings():
        # Python warns of a fork in a process with threads; those of the simulation are suspended.
        warnings.simplefilter("ignore", DeprecationWarning)
        world.drain()
    result = check(world)
    reasons = [message.attributes.get("reason") for message in world.rejected.visible]
    died = sum(reason in DEATHS for reason in reasons)
    pills = sum(number % 100 == 50 for number in range(uploads))
    return Finding(
        injected=f"{uploads:,} uploads, {pills} of them kill, crash, stall or exhaust the decoder; "
        "batches of 10",
        demanded="0 healthy in DLQ; each pill rejected at its first delivery",
        seen=f"{result}; {died} pills rejected, {world.mapping.timeouts} invocations lost",
        holds=result.is_valid and died == pills == len(reasons) and not world.mapping.timeouts,
    )


def _hostile(
    data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
) -> Iterator[ImageFacts | Rendition]:
    """Fail as the data says, or transform the image."""
    match data.partition(b" ")[0]:
        case b"killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case b"crashed":
            os.abort()
        case b"hung":
            signal.pause()
        case b"huge":
            bytearray(2**33)
        case _:
            pass
    yield from transformed(
        data, variants, max_pixels=max_pixels, background_colour=background_colour
    )


def time_budget(run: Run) -> Finding:
    """Process batches that exceed the function's timeout."""
    conditions = Conditions(
        batch_size=10, timeout=60, work=7, event_delay=1, max_concurrency=20, system=run.system
    )
    world = World(run.seed, conditions)
    for number in range(run.scaled(1_000)):
        world.upload(f"{number}.jpg", picture(number))
    world.drain()
    result = check(world)
    return Finding(
        injected=f"{len(world.uploads):,} uploads of up to 28 s, batches of 10, time limit 60 s",
        demanded="no invocation is ended by Lambda; 0 healthy in DLQ",
        seen=f"{world.mapping.timeouts} timeouts in {world.mapping.invocations}; {result}",
        holds=world.mapping.timeouts == 0 and result.is_valid,
    )
