"""The metrics that CloudWatch would have of a run, and the alarms that they would raise.

`infra.monitoring.alarm_rules` has the metrics and thresholds; the handler's lines are counted with
the patterns of `infra.monitoring.metrics`.
"""

import logging
import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from math import ceil

from infra.monitoring import alarm_rules, metrics
from infra.monitoring.alarm_rules import Rule
from infra.monitoring.metrics import PATTERNS, Metric
from infra.monitoring.thresholds import AlarmThresholds
from simulation.world import World

FUNCTION, QUEUE, DEAD_LETTERS, NAMESPACE = "function", "uploads", "dead-letters", "ImagePipe"

PERIOD_SECONDS = 300
"""The default of alarmPeriodSeconds."""

AGED_RECEIVES = 3
"""Number of receives above which a message does not count for the age of the oldest.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"""

Series = tuple[str, str, tuple[str, ...]]
"""Namespace, name and the values of the dimensions."""


class Recorder(logging.Handler):
    """Records the metrics that the services and the log would send to CloudWatch.

    Throttles of Lambda and the table and loops between functions are not simulated: their alarms
    are not among `rules`.
    """

    def __init__(self, world: World) -> None:
        super().__init__()
        self.points: dict[Series, list[tuple[float, float]]] = {}
        self.world = world
        self.world.queue.on_receive = self._received
        self.world.dead_letters.on_visible = self._dead
        self.world.mapping.on_end = self._ended

    def emit(self, record: logging.LogRecord) -> None:
        line = {**vars(record), "message": record.getMessage()}
        for count, pattern in PATTERNS.items():
            policy = re.findall(r'\$\.(\w+) = "([^"]+)"', pattern)
            found = [line.get(name) == value for name, value in policy]
            if any(found) if "||" in pattern else all(found):
                self._add(metrics.of_uploads(NAMESPACE, count), 1)

    def _received(self, age_seconds: float, receive_count: int) -> None:
        self._add(metrics.executions(FUNCTION, QUEUE), 1)
        if receive_count <= AGED_RECEIVES:
            age = metrics.of_queue(QUEUE, "ApproximateAgeOfOldestMessage", "Maximum")
            self._add(age, age_seconds)

    def _dead(self) -> None:
        name = "ApproximateNumberOfMessagesVisible"
        visible = len(self.world.dead_letters.visible)
        self._add(metrics.of_queue(DEAD_LETTERS, name, "Maximum"), visible)

    def _ended(self, seconds: float, is_error: bool) -> None:
        self._add(metrics.of_function(FUNCTION, "Errors"), is_error)
        self._add(metrics.of_function(FUNCTION, "Duration"), 1_000 * seconds)

    def _add(self, metric: Metric, value: float) -> None:
        self.points.setdefault(_series(metric), []).append((self.world.engine.now, value))

    def raised(self) -> set[str]:
        """Return the roles of the alarms that would have been raised."""
        return {rule.role for rule in rules(self.world.conditions.timeout) if self._rings(rule)}

    def _rings(self, rule: Rule) -> bool:
        seconds = rule.period_seconds or PERIOD_SECONDS
        last = int(self.world.engine.now // seconds)
        return any(self._is_bad(rule, number * seconds, seconds) for number in range(last + 1))

    def _is_bad(self, rule: Rule, start: float, seconds: float) -> bool:
        observed = {
            name: _statistic(metric, self._within(metric, start, start + seconds))
            for name, metric in rule.observed.items()
        }
        value = _value(rule, observed)
        return value is not None and value > rule.threshold

    def _within(self, metric: Metric, start: float, end: float) -> Sequence[float]:
        points = self.points.get(_series(metric), ())
        return [value for time, value in points if start <= time < end]


def rules(timeout: int) -> list[Rule]:
    """Return the program's alarm rules, with default thresholds, whose metrics are simulated."""
    thresholds = AlarmThresholds()
    function = alarm_rules.function_rules(FUNCTION, timeout, thresholds)
    return [
        *(rule for rule in function if rule.role in ("errors", "duration")),
        *alarm_rules.waiting_rules(FUNCTION, QUEUE, thresholds),
        *alarm_rules.dead_letter_rules(DEAD_LETTERS, thresholds),
        *alarm_rules.upload_rules(NAMESPACE, metrics.executions(FUNCTION, QUEUE), thresholds),
    ]


@contextmanager
def recording(world: World) -> Generator[Recorder]:
    """Record the metrics of a block, and capture the handler's log lines."""
    recorder = Recorder(world)
    logger, disabled = logging.getLogger("handler"), logging.root.manager.disable
    kept = (logger.level, logger.propagate)
    logging.disable(logging.NOTSET)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(recorder)
    try:
        yield recorder
    finally:
        logger.removeHandler(recorder)
        logger.level, logger.propagate = kept
        logging.disable(disabled)


def _series(metric: Metric) -> Series:
    dimensions = tuple(str(value) for value in metric.dimensions.values())
    return str(metric.namespace), metric.name, dimensions


def _statistic(metric: Metric, values: Sequence[float]) -> float | None:
    if not values:
        return None
    if metric.stat.startswith("p"):
        rank = ceil(len(values) * float(metric.stat[1:]) / 100)
        return sorted(values)[rank - 1]
    return max(values) if metric.stat == "Maximum" else sum(values)


def _value(rule: Rule, observed: Mapping[str, float | None]) -> float | None:
    """Evaluate metric math as CloudWatch documents it; missing data exceeds no threshold."""
    if rule.expression is None:
        (value,) = observed.values()
        return value
    names: dict[str, object] = {"__builtins__": {}, "IF": _if, "FILL": _fill, **observed}
    try:
        return float(eval(rule.expression, names))  # noqa: S307 - written in infra
    except TypeError:  # one of the metrics has no data, and nothing fills it
        return None


def _if(condition: bool, then: float, otherwise: float) -> float:
    return then if condition else otherwise


def _fill(value: float | None, instead: float) -> float:
    return instead if value is None else value
