"""Known-bad handlers, each with the drill that has to catch it; else it would be no drill.

The mistakes are those of systems that are in use.
"""

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import quote_plus

from handler.app import Context, answer
from handler.aws.connect import assemble
from handler.delivery.services import Pipeline
from simulation import batches, delivery, inputs, ordering, outages, reconciling, unrecorded
from simulation.bad_ports import (
    AlwaysClaims,
    AsksOnce,
    CatchesOSErrorOnly,
    ForgetsReminders,
    ForgetsTraces,
    MarksFirst,
    NeverAsksAgain,
    OneRowForAllVersions,
    RandomIds,
    RemovesNothing,
    TrustsPadding,
    uploads_of,
)
from simulation.bad_reconcilers import ForgetsWhatItDid, MovesOnFirst, subject_with
from simulation.conditions import SystemUnderTest
from simulation.findings import Drill, Finding, Run


@dataclass(frozen=True, kw_only=True)
class BadHandler:
    """A mistake, and who catches it: at a small size, if the mistake shows soon."""

    mistake: str
    system: SystemUnderTest
    caught_by: Drill
    size: float = 0.05


def honesty(run: Run) -> Finding:
    """Drill the bad handlers."""
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
    event: Mapping[str, object], context: Context, pipeline: Pipeline
) -> Mapping[str, object] | None:
    answer(event, context, pipeline)
    return {"batchItemFailures": []}


def _raise_on_one_failure(
    event: Mapping[str, object], context: Context, pipeline: Pipeline
) -> Mapping[str, object] | None:
    response = answer(event, context, pipeline)
    if response["batchItemFailures"]:
        raise RuntimeError("something failed")
    return response


def _report_strange_ids(
    event: Mapping[str, object], context: Context, pipeline: Pipeline
) -> Mapping[str, object] | None:
    failures = cast("list[object]", answer(event, context, pipeline)["batchItemFailures"])
    return {"batchItemFailures": [{"itemIdentifier": ""} for _ in failures]}


def _decode_no_keys(
    event: Mapping[str, object], context: Context, pipeline: Pipeline
) -> Mapping[str, object] | None:
    encoded = json.loads(json.dumps(event))
    for message in encoded["Records"]:
        body = json.loads(message["body"])
        for record in body["Records"]:
            stored = record["s3"]["object"]
            stored["key"] = quote_plus(stored["key"])
        message["body"] = json.dumps(body)
    return answer(encoded, context, pipeline)


@dataclass(frozen=True)
class _Endless:
    """A context that always has time."""

    context: Context

    @property
    def aws_request_id(self) -> str:
        return self.context.aws_request_id

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def _ignore_the_deadline(
    event: Mapping[str, object], context: Context, pipeline: Pipeline
) -> Mapping[str, object] | None:
    return answer(event, _Endless(context), pipeline)


def _with(**ports: Callable[[Pipeline], object]) -> SystemUnderTest:
    """Return the real handler with some ports replaced."""

    def build(*args: Any, **kwargs: Any) -> Pipeline:
        pipeline = assemble(*args, **kwargs)
        changes: dict[str, Any] = {name: make(pipeline) for name, make in ports.items()}
        return replace(pipeline, **changes)

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
        system=SystemUnderTest(handler=_report_strange_ids),
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
        mistake="marks before it puts",
        system=_with(record_store=lambda real: MarksFirst(record_store=real.record_store)),
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
        mistake="does not ask again which version is the newest",
        system=_with(
            objects=lambda real: NeverAsksAgain(objects=real.objects, bucket=uploads_of(real))
        ),
        caught_by=ordering.stalled_writers,
        size=0.5,
    ),
    BadHandler(
        mistake="does not ask again without records",
        system=_with(objects=lambda real: AsksOnce(objects=real.objects, bucket=uploads_of(real))),
        caught_by=unrecorded.stalled,
        size=0.1,
    ),
    BadHandler(
        mistake="leaves what the newest version does not have",
        system=_with(
            objects=lambda real: RemovesNothing(objects=real.objects, bucket=uploads_of(real))
        ),
        caught_by=unrecorded.any_order,
    ),
    BadHandler(
        mistake="acknowledges what another attempt has claimed",
        system=_with(self_queue=lambda real: ForgetsReminders(self_queue=real.self_queue)),
        caught_by=outages.outage_and_redrive,
    ),
    BadHandler(
        mistake="never looks a second time",
        system=_with(self_queue=lambda real: ForgetsReminders(self_queue=real.self_queue)),
        caught_by=ordering.stalled_writers,
    ),
    BadHandler(
        mistake="forgets what an overtaken attempt may have left",
        system=_with(record_store=lambda real: ForgetsTraces(record_store=real.record_store)),
        caught_by=ordering.crowded,
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
        mistake="a reconciler that moves on before it sends",
        system=subject_with(MovesOnFirst),
        caught_by=reconciling.reconciler_killed,
    ),
    BadHandler(
        mistake="a reconciler that forgets what it did",
        system=subject_with(ForgetsWhatItDid),
        caught_by=reconciling.never_final,
    ),
)
