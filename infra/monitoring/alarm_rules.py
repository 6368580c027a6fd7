"""What is worth an alarm, as plain data; `infra.monitoring.alarms` makes the alarms of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from handler.contract import LogEvent
from infra.monitoring import metrics
from infra.monitoring.metrics import Count, Metric
from infra.monitoring.thresholds import AlarmThresholds

RATE_PERIOD_SECONDS = 3600
"""What rates are taken over: long enough that nearly all uploads are finished in the window in
which they were begun."""

RATE_MINIMUM = 20
"""Executions or uploads in a window below which its rate says nothing: one is 100 % of one."""

DURATION_PERCENT = 80
"""Of the time limit, for 5 % of invocations, unless a stack says otherwise."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One alarm, before it is a resource."""

    role: str
    observed: Mapping[str, Metric]
    """By the name that the expression has for it."""
    threshold: int
    advice: str
    """What has happened and what to do, for who is woken by it."""
    expression: str | None = None
    """Metric math; None: the only metric itself."""
    period_seconds: int | None = None
    """None: that of `AlarmsArgs`, and its evaluation periods. Otherwise one such period decides."""


def of_function(
    function_name: pulumi.Input[str], timeout_seconds: int, thresholds: AlarmThresholds
) -> list[Rule]:
    """Alarms on the function itself."""
    limit_ms = timeout_seconds * 1000 * DURATION_PERCENT // 100
    return [
        Rule(
            role="errors",
            observed={"errors": metrics.of_function(function_name, "Errors")},
            threshold=thresholds.errors,
            advice="Invocations were killed or could not start. Look in the function's log for"
            " 'timeout', 'Task timed out' or 'Runtime exited' and raise timeoutSeconds or"
            " memoryMib; the uploads come back by themselves. Without a queue it may be a service"
            f" that failed too, which the log's lines '{LogEvent.RETRY}' name.",
        ),
        Rule(
            role="throttles",
            observed={"throttles": metrics.of_function(function_name, "Throttles")},
            threshold=thresholds.throttles,
            advice="Lambda refused invocations. Uploads wait, none is lost yet. Lower"
            " maxConcurrency, or raise the function's reserved concurrency or the account's limit.",
        ),
        Rule(
            role="duration",
            observed={"duration": metrics.of_function(function_name, "Duration", "p95")},
            threshold=thresholds.duration_ms or limit_ms,
            advice="One invocation in twenty comes close to its time limit, where it would be"
            " killed and its whole batch repeated. Raise memoryMib, which buys processor time, or"
            " timeoutSeconds; or make the batch smaller.",
        ),
        Rule(
            role="recursion",
            observed={"dropped": metrics.of_function(function_name, "RecursiveInvocationsDropped")},
            threshold=0,
            advice="Lambda cut a loop: what the function writes invokes it again. See which bucket"
            " the notification is on, and where variants are written. Until that is mended, set the"
            " function's reserved concurrency to 0, which stops it and keeps what is queued.",
        ),
    ]


def of_waiting(
    function_name: pulumi.Input[str],
    queue_name: pulumi.Input[str] | None,
    thresholds: AlarmThresholds,
) -> Rule:
    """The alarm on what waits: in the queue, or without one in Lambda's own."""
    seconds = thresholds.oldest_message_seconds
    if queue_name is None:
        age = metrics.of_function(function_name, "AsyncEventAge", "Maximum")
        threshold = seconds * 1000
    else:
        age = metrics.of_queue(queue_name, "ApproximateAgeOfOldestMessage", "Maximum")
        threshold = seconds
    return Rule(
        role="oldest-message",
        observed={"age": age},
        threshold=threshold,
        advice="Uploads wait too long. If errors or throttles are reported too, mend those first."
        " Otherwise more comes in than is handled: raise maxConcurrency, and find out whether the"
        " uploads are wanted.",
    )


def of_dead_letters(queue_name: pulumi.Input[str], thresholds: AlarmThresholds) -> Rule:
    """The alarm on uploads that were given up."""
    visible = metrics.of_queue(queue_name, "ApproximateNumberOfMessagesVisible", "Maximum")
    return Rule(
        role="dead-letters",
        observed={"visible": visible},
        threshold=thresholds.dead_letters,
        advice="Uploads were given up and wait in the dead-letter queue, where they are deleted"
        " after 14 days. Read why, mend the cause, then start a redrive to the upload queue;"
        " delete those that were rejected for good.",
    )


def of_table(
    table_name: pulumi.Input[str],
    index_name: pulumi.Input[str] | None,
    thresholds: AlarmThresholds,
) -> list[Rule]:
    """Alarms on the table, and on its index, which is throttled by itself and then holds up the
    table's writes.

    One for each metric: a sum with a metric that never had a point may have none itself.
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
            advice=f"DynamoDB refused to {verb} the {part}. The handler tries again by itself. If"
            " it lasts, lower maxConcurrency, see whether one key takes most of the load, and raise"
            " the table's limits if it has any.",
        )
        for part, index in parts.items()
        for verb in ("read", "write")
    ]


def of_uploads(
    namespace: pulumi.Input[str], executions: Metric, thresholds: AlarmThresholds
) -> list[Rule]:
    """Alarms on what became of the uploads, by the counts of `infra.monitoring.upload_metrics`."""
    uploads = metrics.of_uploads(namespace, Count.UPLOADS)
    return [
        Rule(
            role="refused-outputs",
            observed={"refused": metrics.of_uploads(namespace, Count.REFUSED_OUTPUTS)},
            threshold=0,
            advice="The pipeline was sent its own variants and refused them: the bucket or prefix"
            " that they are written to has a notification. Remove it; until then each upload costs"
            " as many executions more as it has variants.",
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
            " status is rejected: whoever uploads sends something else than before, or a limit is"
            " too low.",
        ),
        Rule(
            role="executions-per-upload",
            observed={"uploads": uploads, "executions": executions},
            expression=_if_enough("executions", metrics.ratio("executions", "FILL(uploads, 0)")),
            threshold=thresholds.executions_per_upload,
            period_seconds=RATE_PERIOD_SECONDS,
            advice="The same uploads are handled again and again, which costs money and helps"
            " nobody. The log and the dashboard say what repeats: retries (a service fails),"
            " duplicates (a batch was killed half-way, or somebody sends events again), refused"
            " outputs (a loop), messages turned away, or none of them (killed before the first"
            " line). To stop the cost, disable the event source mapping.",
        ),
    ]


def _if_enough(count: str, rate: str) -> str:
    return f"IF({count} >= {RATE_MINIMUM}, {rate}, 0)"
