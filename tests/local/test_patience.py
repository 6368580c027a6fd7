"""Waits go on while the emulator works, however slowly, and end when it is idle."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from local import patience as patience_module
from local.patience import Patience, processor_seconds, wait_until

SPIN = "while True: pass"
SLEEP = "import time; time.sleep(600)"


class Clock:
    """A clock and a processor that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.used_seconds = 0.0
        self.share = 1.0

    def used_by(self, _process_group: int) -> float:
        return self.used_seconds

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.used_seconds += seconds * self.share


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(patience_module.time, "monotonic", lambda: found.now)
    monkeypatch.setattr(patience_module.time, "sleep", found.sleep)
    monkeypatch.setattr(patience_module, "processor_seconds", found.used_by)
    return found


def test_a_wait_goes_on_while_the_emulator_gets_a_tenth_of_a_processor(clock: Clock) -> None:
    clock.share = 0.1
    assert wait_until(lambda: clock.now > 600, Patience(1, 60))


def test_a_wait_ends_once_the_emulator_was_idle_for_the_limit(clock: Clock) -> None:
    clock.share = 0.0
    assert not wait_until(lambda: False, Patience(1, 60))
    assert clock.now == pytest.approx(60, abs=1)


def test_idle_time_starts_anew_with_each_progress(clock: Clock) -> None:
    clock.share = 0.0
    patience = Patience(1, 60)
    for _ in range(3):
        assert wait_until(lambda start=clock.now: clock.now > start + 50, patience)
        patience.restart()


def test_an_emulator_that_is_busy_without_end_is_given_up(clock: Clock) -> None:
    assert not wait_until(lambda: False, Patience(1, 60))
    assert clock.now == pytest.approx(patience_module.LONGEST_SECONDS, abs=1)


@contextmanager
def running(code: str) -> Generator[int]:
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    yield process.pid
    process.kill()
    process.wait()


def test_processor_time_is_that_of_the_group_alone() -> None:
    with running(SPIN) as busy, running(SLEEP) as idle:
        assert wait_until(lambda: processor_seconds(busy) > 0.3, Patience(busy, 60))
        assert processor_seconds(idle) < processor_seconds(busy)
    assert processor_seconds(busy) == 0
