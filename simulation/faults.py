"""Judges: who decides how each call of an invocation ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulation.engine import Call, Engine, Fate, Judge, Task

LONGEST_INVOCATION_CALLS = 60
"""About how many calls a batch of five makes: where in it a kill can strike."""


def random_faults(*, faults: float, kills: float) -> Callable[[Engine], Judge]:
    """Fail a share of all calls, half of them after their effect, and kill a share of invocations.

    Args:
        faults: share of calls.
        kills: share of invocations.
    """

    def begin(engine: Engine) -> Judge:
        random = engine.random
        last = random.randint(1, LONGEST_INVOCATION_CALLS) if random.random() < kills else None
        calls = 0

        def judge(_task: Task, _call: Call) -> Fate:
            nonlocal calls
            calls += 1
            if calls == last:
                return random.choice((Fate.KILLED_BEFORE, Fate.KILLED_AFTER))
            if random.random() < faults:
                return random.choice((Fate.FAILS_BEFORE, Fate.FAILS_AFTER))
            return Fate.WELL

        return judge

    return begin


@dataclass(kw_only=True)
class Strike:
    """Strikes the nth call of a whole run, once; counts all calls.

    Attributes:
        at: Number of the call, from 1; 0 strikes none.
        fate: How it ends.
        times: How many calls in a row end so: three outlast botocore's retries.
    """

    at: int
    fate: Fate
    times: int = 1
    operations: tuple[str, ...] = ()

    def begin(self, _engine: Engine) -> Judge:
        """Return the judge of one invocation."""
        return self._judge

    def _judge(self, _task: Task, call: Call) -> Fate:
        self.operations = (*self.operations, call.operation)
        return self.fate if self.at <= len(self.operations) < self.at + self.times else Fate.WELL


FEWEST_CALLS = 9
"""What an upload costs that is new and has three variants; a batch costs no less."""


def first_struck(count: int, fate: Fate) -> Callable[[Engine], Judge]:
    """Strike the first invocations of a run, each at one of its calls, and no other.

    For simulation that demand that something happens, and not that it is likely to.
    """
    left = count

    def begin(engine: Engine) -> Judge:
        nonlocal left
        at = engine.random.randint(1, FEWEST_CALLS) if left > 0 else 0
        left -= 1
        return Strike(at=at, fate=fate).begin(engine)

    return begin


def outages(
    periods: Mapping[str, tuple[float, float]], share: float = 1
) -> Callable[[Engine], Judge]:
    """Fail calls of some services within a period.

    Args:
        periods: by service, from when to when, in seconds.
        share: of the calls in the period.
    """

    def begin(engine: Engine) -> Judge:
        def judge(_task: Task, call: Call) -> Fate:
            start, end = periods.get(call.operation.partition(".")[0], (0, 0))
            is_out = start <= engine.now < end and engine.random.random() < share
            return Fate.FAILS_BEFORE if is_out else Fate.WELL

        return judge

    return begin
