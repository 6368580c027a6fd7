"""All drills, by name, in the order in which they are shown."""

from drills import (
    alarms,
    bad_handlers,
    batches,
    delivery,
    direct,
    inputs,
    ordering,
    outages,
    reconciling,
)
from drills.findings import Drill

DRILLS: dict[str, Drill] = {
    "soak": delivery.soak,
    "soak-without-sdk-retries": delivery.soak_without_sdk_retries,
    "kill-at-every-boundary": delivery.kill_at_every_boundary,
    "duplicates": delivery.duplicates,
    "duplicates-and-kills": delivery.duplicates_and_kills,
    "versions": ordering.versions,
    "versions-and-faults": ordering.versions_and_faults,
    "stalled-writers": ordering.stalled_writers,
    "deletes": ordering.deletes,
    "without-versioning": ordering.without_versioning,
    "partial-batches": batches.partial_batches,
    "killer-pills": batches.killer_pills,
    "time-budget": batches.time_budget,
    "throttling": outages.throttling,
    "outage-and-redrive": outages.outage_and_redrive,
    "odd-messages": inputs.odd_messages,
    "odd-keys": inputs.odd_keys,
    "clock-skew": outages.clock_skew,
    "broken-files": inputs.broken_files,
    "loop-guard": inputs.loop_guard,
    "privacy": inputs.privacy,
    "direct-trigger": direct.direct_trigger,
    "lost-events": reconciling.lost_events,
    "reconciler-killed": reconciling.reconciler_killed,
    "never-final": reconciling.never_final,
    "alarms": alarms.alarms,
    "harness-honesty": bad_handlers.honesty,
}
