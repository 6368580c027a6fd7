"""Handlers with a known mistake each, and the drill that must catch it.

The mistakes are found in systems in use.
"""

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import quote_plus

from handler.app import answer
from handler.aws.connect import assemble
from handler.delivery.services import Services
from handler.ports import Context
from simulation import batches, delivery, inputs, ordering, outages, reconciling, unrecorded
from simulation.bad_ports import (
    AlwaysClaims,
    CatchesOSErrorOnly,
    ChecksOnce,
    FinalizesFirst,
    ForgetsTraces,
    NeverDefers,
    NeverRechecks,
    OneRowForAllVersions,
    RandomIds,
    RemovesNothing,
    TrustsPadding,
    uploads_of,
)
from simulation.bad_reconcilers import ForgetsHistory, SavesCursorFirst, system_with
from simulation.conditions import SystemUnderTest
from simulation.findings import Drill, Finding, Run


@dataclass(frozen=True, kw_only=True)
class BadHandler:
    """A handler with a mistake, and the drill that catches it; `size` is its scale."""

    mistake: str
    system: SystemUnderTest
    caught_by: Drill
    size: float = 0.05


def each_is_caught(run: Run) -> Finding:
    """Run each bad handler through the drill that must catch it."""
    missed: list[str] = []
    for bad in BAD_HANDLERS:
        found = bad.caught_by(replace(run, system=bad.system, size=bad.size))
        if found.holds:
            missed.append(f"{bad.mistake} was not caught by {bad.caught_by.__name__}")
    return Finding(
        injected=f"{len(BAD_HANDLERS)} bad handlers: "
        + ", ".join(f"{bad.mistake} ({bad.caught_by.__name__})" for bad in BAD_HANDLERS),
        demanded="each caught by its drill",
        seen="; ".join([f"{len(BAD_HANDLERS) - len(missed)} of {len(BAD_HANDLERS)}", *missed]),
        holds=not missed,
    )


def _swallow_errors(
    event: Mapping[str, object], context: Context, services: Services
) -> Mapping[str, object] | None:
    answer(event, context, services)
    return {"batchItemFailures": []}


def _raise_on_one_failure(
    event: Mapping[str, object], context: Context, services: Services
) -> Mapping[str, object] | None:
    response = answer(event, context, services)
    if response["batchItemFailures"]:
        raise RuntimeError("something failed")
    return response


def _report_empty_ids(
    event: Mapping[str, object], context: Context, services: Services
) -> Mapping[str, object] | None:
    failures = cast("list[object]", answer(event, context, services)["batchItemFailures"])
    return {"batchItemFailures": [{"itemIdentifier": ""} for _ in failures]}


def _decode_no_keys(
    event: Mapping[str, object], context: Context, services: Services
) -> Mapping[str, object] | None:
    encoded = json.loads(json.dumps(event))
    for message in encoded["Records"]:
        body = json.loads(message["body"])
        for record in body["Records"]:
            stored = record["s3"]["object"]
            stored["key"] = quote_plus(stored["key"])
        message["body"] = json.dumps(body)
    return answer(encoded, context, services)


@dataclass(frozen=True)
class _Endless:
    """A context whose remaining time never ends."""

    context: Context

    @property
    def aws_request_id(self) -> str:
        return self.context.aws_request_id

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def _ignore_the_deadline(
    event: Mapping[str, object], context: Context, services: Services
) -> Mapping[str, object] | None:
    return answer(event, _Endless(context), services)


def _with(**ports: Callable[[Services], object]) -> SystemUnderTest:
    """Return the real handler with some ports replaced."""

    def build(*args: Any, **kwargs: Any) -> Services:
        services = assemble(*args, **kwargs)
        changes: dict[str, Any] = {name: make(services) for name, make in ports.items()}
        return replace(services, **changes)

    return SystemUnderTest(assemble=build)


_numbers = itertools.count()

BAD_HANDLERS = (
    BadHandler(
        mistake="swallows errors and acknowledges",
        system=SystemUnderTest(handler=_swallow_errors),
        caught_by=outages.throttling,
        size=0.02,
    ),
    BadHandler(
        mistake="raises when one message fails",
        system=SystemUnderTest(handler=_raise_on_one_failure),
        caught_by=batches.partial_batches,
    ),
    BadHandler(
        mistake="reports empty ids",
        system=SystemUnderTest(handler=_report_empty_ids),
        caught_by=batches.partial_batches,
    ),
    BadHandler(
        mistake="does not decode keys",
        system=SystemUnderTest(handler=_decode_no_keys),
        caught_by=inputs.odd_keys,
    ),
    BadHandler(
        mistake="ignores the deadline",
        system=SystemUnderTest(handler=_ignore_the_deadline),
        caught_by=batches.time_budget,
    ),
    BadHandler(
        mistake="claims without a condition",
        system=_with(record_store=lambda real: AlwaysClaims(record_store=real.record_store)),
        caught_by=delivery.duplicates,
    ),
    BadHandler(
        mistake="identifies uploads without the version",
        system=_with(
            record_store=lambda real: OneRowForAllVersions(record_store=real.record_store)
        ),
        caught_by=ordering.versions,
    ),
    BadHandler(
        mistake="finalizes the record before it writes variants",
        system=_with(record_store=lambda real: FinalizesFirst(record_store=real.record_store)),
        caught_by=delivery.kill_at_every_boundary,
    ),
    BadHandler(
        mistake="trusts the padding of sequencers",
        system=_with(
            objects=lambda real: TrustsPadding(objects=real.objects, bucket=uploads_of(real))
        ),
        caught_by=ordering.versions,
    ),
    BadHandler(
        mistake="does not recheck which version is the newest",
        system=_with(
            objects=lambda real: NeverRechecks(objects=real.objects, bucket=uploads_of(real))
        ),
        caught_by=ordering.stalled_writers,
        size=0.5,
    ),
    BadHandler(
        mistake="does not recheck without records",
        system=_with(
            objects=lambda real: ChecksOnce(objects=real.objects, bucket=uploads_of(real))
        ),
        caught_by=unrecorded.stalled,
        size=0.1,
    ),
    BadHandler(
        mistake="leaves variants that the newest version does not have",
        system=_with(
            objects=lambda real: RemovesNothing(objects=real.objects, bucket=uploads_of(real))
        ),
        caught_by=unrecorded.any_order,
        size=0.3,
    ),
    BadHandler(
        mistake="acknowledges what another attempt has claimed",
        system=_with(self_queue=lambda real: NeverDefers(self_queue=real.self_queue)),
        caught_by=outages.outage_and_redrive,
    ),
    BadHandler(
        mistake="never defers a duplicate",
        system=_with(self_queue=lambda real: NeverDefers(self_queue=real.self_queue)),
        caught_by=ordering.stalled_writers,
    ),
    BadHandler(
        mistake="loses track of variants that a superseded attempt left",
        system=_with(record_store=lambda real: ForgetsTraces(record_store=real.record_store)),
        caught_by=ordering.concurrent_uploads,
        size=0.2,
    ),
    BadHandler(
        mistake="gives messages random ids",
        system=_with(
            notifier=lambda real: RandomIds(notifier=real.notifier, new_id=lambda: next(_numbers))
        ),
        caught_by=outages.throttling,
        size=0.02,
    ),
    BadHandler(
        mistake="catches only OSError",
        system=_with(transform=lambda real: CatchesOSErrorOnly(transform=real.transform)),
        caught_by=delivery.soak,
    ),
    BadHandler(
        mistake="a reconciler that saves its cursor before it requeues",
        system=system_with(SavesCursorFirst),
        caught_by=reconciling.reconciler_killed,
    ),
    BadHandler(
        mistake="a reconciler that forgets its requeues",
        system=system_with(ForgetsHistory),
        caught_by=reconciling.requeue_limit,
    ),
)
