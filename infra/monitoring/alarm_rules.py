"""The rules of alarms, as plain data; `infra.monitoring.alarms` creates the alarms."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from handler.contract import LogEvent
from infra.monitoring import metrics
from infra.monitoring.metrics import Count, Metric
from infra.monitoring.thresholds import AlarmThresholds

RATE_PERIOD_SECONDS = 3600
"""The window of rates: long enough that nearly all uploads start and finish within one
window."""

RATE_MINIMUM = 20
"""Minimum of executions or uploads in a window for a rate: one of one would be 100 %."""

DURATION_PERCENT = 80
"""Share of the time limit that 5 % of invocations may exceed, unless a stack sets a duration."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The definition of one alarm."""

    role: str
    observed: Mapping[str, Metric]
    """Metrics by their names in the expression."""
    threshold: int
    advice: str
    """Description for the operator on call: the cause and what to do."""
    expression: str | None = None
    """Metric math; None: the only observed metric."""
    period_seconds: int | None = None
    """None: that of `AlarmsArgs`, and its evaluation periods. Otherwise one such period decides."""


def function_rules(
    function_name: pulumi.Input[str], timeout_seconds: int, thresholds: AlarmThresholds
) -> list[Rule]:
    """Rules for the function itself."""
    limit_ms = timeout_seconds * 1000 * DURATION_PERCENT // 100
    return [
        Rule(
            role="errors",
            observed={"errors": metrics.of_function(function_name, "Errors")},
            threshold=thresholds.errors,
            advice="Invocations were killed or could not start. Look in the function's log for"
            " 'timeout', 'Task timed out' or 'Runtime exited' and raise timeoutSeconds or"
            " memoryMib; the uploads are redelivered automatically. Without a queue the cause can"
            f" also be a failing service, which the log's lines '{LogEvent.RETRY}' name.",
        ),
        Rule(
            role="throttles",
            observed={"throttles": metrics.of_function(function_name, "Throttles")},
            threshold=thresholds.throttles,
            advice="Lambda throttled invocations. Uploads wait; none is lost yet. Lower"
            " maxConcurrency, or raise the function's reserved concurrency or the account's limit.",
        ),
        Rule(
            role="duration",
            observed={"duration": metrics.of_function(function_name, "Duration", "p95")},
            threshold=thresholds.duration_ms or limit_ms,
            advice="One invocation in twenty comes close to its time limit, where it would be"
            " killed and its whole batch redelivered. Raise memoryMib, which adds CPU, or"
            " timeoutSeconds; or make the batch smaller.",
        ),
        Rule(
            role="recursion",
            observed={"dropped": metrics.of_function(function_name, "RecursiveInvocationsDropped")},
            threshold=0,
            advice="Lambda stopped a loop: what the function writes invokes it again. Check which"
            " bucket has the notification, and where variants are written. Until that is fixed,"
            " set the function's reserved concurrency to 0, which stops it and keeps the queued"
            " events.",
        ),
    ]


def waiting_rules(
    function_name: pulumi.Input[str],
    queue_name: pulumi.Input[str] | None,
    thresholds: AlarmThresholds,
) -> list[Rule]:
    """Rules for events that wait in the queue, or without one in Lambda's own queue."""
    seconds = thresholds.oldest_message_seconds
    if queue_name is None:
        age = metrics.of_function(function_name, "AsyncEventAge", "Maximum")
        threshold = seconds * 1000
    else:
        age = metrics.of_queue(queue_name, "ApproximateAgeOfOldestMessage", "Maximum")
        threshold = seconds
    return [
        Rule(
            role="oldest-message",
            observed={"age": age},
            threshold=threshold,
            advice="Uploads wait too long. If errors or throttles are reported too, fix those"
            " first. Otherwise more uploads arrive than are processed: raise maxConcurrency, and"
            " check whether the uploads are expected.",
        )
    ]


def dead_letter_rules(queue_name: pulumi.Input[str], thresholds: AlarmThresholds) -> list[Rule]:
    """Rules for the dead-letter queue, which has no rejected uploads."""
    visible = metrics.of_queue(queue_name, "ApproximateNumberOfMessagesVisible", "Maximum")
    return [
        Rule(
            role="dead-letters",
            observed={"visible": visible},
            threshold=thresholds.dead_letters,
            advice="The pipeline failed: each delivery of an event or a notification failed, or an"
            " event about no upload arrived, which has a reason. They are in the dead-letter queue,"
            " which deletes them after 14 days. Read the log, fix the cause, then redrive them as"
            " docs/records.md describes. Rejected uploads are in a queue of their own.",
        )
    ]


def table_rules(
    table_name: pulumi.Input[str],
    index_name: pulumi.Input[str] | None,
    thresholds: AlarmThresholds,
) -> list[Rule]:
    """Rules for the table, and for its index, which is throttled separately and then delays the
    table's writes.

    Each metric has its own rule: a sum has no data while one of its metrics has none.
    """
    parts = {"table": None} if index_name is None else {"table": None, "index": index_name}
    return [
        Rule(
            role=f"{part}-{verb}-throttles",
            observed={
                "throttled": metrics.of_table(
                    table_name, f"{verb.capitalize()}ThrottleEvents", index
                )
            },
            threshold=thresholds.table_throttles,
            advice=f"DynamoDB throttled {verb}s of the {part}. The handler retries automatically."
            " If it lasts, lower maxConcurrency, check whether one key takes most of the load, and"
            " raise the table's limits if it has any.",
        )
        for part, index in parts.items()
        for verb in ("read", "write")
    ]


def upload_rules(
    namespace: pulumi.Input[str], executions: Metric, thresholds: AlarmThresholds
) -> list[Rule]:
    """Rules for the outcomes of uploads, by the counts of `infra.monitoring.upload_metrics`."""
    uploads = metrics.of_uploads(namespace, Count.UPLOADS)
    return [
        Rule(
            role="refused-outputs",
            observed={"refused": metrics.of_uploads(namespace, Count.REFUSED_OUTPUTS)},
            threshold=0,
            advice="The pipeline received events of its own variants and refused them: the bucket"
            " or prefix of the variants has a notification. Remove it; until then each upload costs"
            " one more execution for each of its variants.",
        ),
        Rule(
            role="rejected-uploads",
            observed={
                "uploads": uploads,
                "rejected": metrics.of_uploads(namespace, Count.REJECTED),
            },
            expression=_if_enough("uploads", metrics.ratio("100 * rejected", "uploads")),
            threshold=thresholds.rejected_percent,
            period_seconds=RATE_PERIOD_SECONDS,
            advice="Many uploads are rejected. The log says why, as 'reason' of the lines whose"
            " status is rejected: the uploaders send other files than before, or a limit is too"
            " low. With enableDlq their events are in the queue of rejected uploads, which deletes"
            " them after 14 days; after a limit was raised, redrive them as docs/records.md"
            " describes.",
        ),
        Rule(
            role="executions-per-upload",
            observed={"uploads": uploads, "executions": executions},
            expression=_if_enough("executions", metrics.ratio("executions", "FILL(uploads, 0)")),
            threshold=thresholds.executions_per_upload,
            period_seconds=RATE_PERIOD_SECONDS,
            advice="The same uploads are processed repeatedly, which costs money without result."
            " The log and the dashboard show the cause: retries (a service fails), duplicates"
            " (a batch was killed half-way, or events are sent again), refused outputs (a loop),"
            " refused messages, or none of them (the function was killed before its first line)."
            " To stop the cost, disable the event source mapping.",
        ),
    ]


def _if_enough(count: str, rate: str) -> str:
    return f"IF({count} >= {RATE_MINIMUM}, {rate}, 0)"
