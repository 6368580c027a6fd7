"""Virtual time, and tasks that run one at a time and change over only at calls.

A task runs ordinary blocking code in a thread of its own. Whenever that code makes a call, the task
stands still until the engine decides, from the seed alone, when the call takes effect and how it
ends. So every interleaving of calls can happen, and each can be replayed.
"""

import contextlib
import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from random import Random

from botocore.exceptions import ClientError


class Killed(BaseException):
    """The end of a process, as by SIGKILL: no code of the task may take notice."""


class Fate(Enum):
    """How a call ends for its caller."""

    WELL = "well"
    FAILS_BEFORE = "fails before its effect"
    FAILS_AFTER = "fails after its effect"
    KILLED_BEFORE = "killed before its effect"
    KILLED_AFTER = "killed after its effect"
    HANGS = "hangs until the function's time is up"

    @property
    def has_effect(self) -> bool:
        """Whether the service did what it was asked."""
        return self in (Fate.WELL, Fate.FAILS_AFTER, Fate.KILLED_AFTER)

    @property
    def is_deadly(self) -> bool:
        """Whether the caller does not live to see it."""
        return self in (Fate.KILLED_BEFORE, Fate.KILLED_AFTER, Fate.HANGS)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call that a task makes.

    Attributes:
        operation: Such as `s3.put_object`.
        subject: What it is about, such as a key; for drills that aim.
        effect: Does it, and returns what the service answers.
        failure: Makes the exception, if the call is to fail.
    """

    operation: str
    subject: str
    effect: Callable[[], object]
    failure: Callable[[], Exception]


GHOSTS = 0.5
"""How many of the calls under way when their caller dies take effect nevertheless."""

GHOST_SECONDS = 5.0
"""How much later at most."""

Judge = Callable[["Task", Call], Fate]


class Engine:
    """The scheduler. Actions at the same time run in the order in which they were planned."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - replayable, not secret
        self.now = 0.0
        self._plans: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()
        self._turn = threading.Semaphore(0)

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        """Plan an action."""
        heapq.heappush(self._plans, (self.now + seconds, next(self._numbers), action))

    def run(self, *, until: float = float("inf")) -> None:
        """Do what is planned until nothing is, or a time is reached."""
        while self._plans and self._plans[0][0] <= until:
            self.now, _, action = heapq.heappop(self._plans)
            action()

    def spawn(self, body: Callable[["Task"], None], judge: Judge) -> "Task":
        """Run `body` as a task, up to its first call."""
        task = Task(self, judge)
        task.thread = threading.Thread(target=self._main, args=(task, body), daemon=True)
        task.thread.start()
        self._turn.acquire()
        return task

    def resume(self, task: "Task") -> None:
        """Let a task that stands still go on to its next call, or to its end."""
        task.turn.release()
        self._turn.acquire()

    def hand_back(self) -> None:
        """Called by a task: let the engine go on."""
        self._turn.release()

    def _main(self, task: "Task", body: Callable[["Task"], None]) -> None:
        try:
            body(task)
        except Killed:
            pass
        finally:
            task.is_over = True
            self.hand_back()


class Task:
    """A process in the simulation."""

    thread: threading.Thread

    def __init__(self, engine: Engine, judge: Judge) -> None:
        self.engine = engine
        self.turn = threading.Semaphore(0)
        self.is_over = False
        self.is_killed = False
        self._judge = judge
        self._outcome: object = None
        self._error: BaseException | None = None
        self._waits = 0
        self._pending: Call | None = None

    def call(self, call: Call, seconds: float) -> object:
        """Make a call that takes so long: called by the task's own code."""
        self._pending = call
        self._stand_still(seconds, lambda: self._carry_out(call))
        self._pending = None
        return self._outcome

    def sleep(self, seconds: float) -> None:
        """Pass time: called by the task's own code."""
        self._stand_still(seconds, lambda: True)

    def kill(self) -> None:
        """End the task wherever it stands: called by the engine's side."""
        if self.is_over or self.is_killed:
            return
        self._die()
        self._waits += 1
        if self._pending is not None and self.engine.random.random() < GHOSTS:
            # The request is on its way, and nobody waits for the answer.
            delay_seconds = self.engine.random.uniform(0, GHOST_SECONDS)
            self.engine.after(delay_seconds, partial(_take_effect, self._pending))
        self.engine.resume(self)

    def _stand_still(self, seconds: float, then: Callable[[], bool]) -> None:
        if self.is_killed:  # while the stack unwinds
            raise Killed
        self._outcome, self._error = None, None
        wait = self._waits

        def go_on() -> None:
            if wait != self._waits:
                return
            if then():
                self._waits += 1
                self.engine.resume(self)

        self.engine.after(seconds, go_on)
        self.engine.hand_back()
        self.turn.acquire()
        if self._error is not None:
            raise self._error

    def _carry_out(self, call: Call) -> bool:
        fate = self._judge(self, call)
        if fate is Fate.HANGS:
            return False
        if fate.has_effect:
            try:
                self._outcome = call.effect()
            except ClientError as error:
                self._error = error
        if fate in (Fate.FAILS_BEFORE, Fate.FAILS_AFTER):
            self._error = call.failure()
        elif fate in (Fate.KILLED_BEFORE, Fate.KILLED_AFTER):
            self._die()
        return True

    def _die(self) -> None:
        self.is_killed = True
        self._error = Killed()


def _take_effect(call: Call) -> None:
    with contextlib.suppress(ClientError):
        call.effect()
