"""Waits that follow the progress of the emulator instead of the clock.

On a busy machine everything takes longer, and a limit in seconds of the clock would end waits that
are well under way. So only the time counts in which the emulator and its functions do nothing.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

IDLE_SHARE = 0.05
"""Share of a processor below which the emulator counts as idle; its own timers take less."""

LONGEST_SECONDS = 900.0
"""Limit for an emulator that is busy without end."""

SHORTEST_POLL_SECONDS, LONGEST_POLL_SECONDS = 0.05, 0.5
"""Seldom enough that polling itself does not keep the emulator busy."""

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Patience:
    """How long the emulator has been idle since the last progress.

    Args:
        process_group: id of the emulator's process group.
        limit_seconds: idle time after which a wait is over.
    """

    def __init__(self, process_group: int, limit_seconds: float) -> None:
        self._process_group = process_group
        self._limit_seconds = limit_seconds
        self.restart()

    def restart(self) -> None:
        """Count from now on: something was achieved."""
        self._started = self._seen = time.monotonic()
        self._used_seconds = processor_seconds(self._process_group)
        self._idle_seconds = 0.0
        self._poll_seconds = SHORTEST_POLL_SECONDS

    def pause(self) -> bool:
        """Wait until it is time to look again; return False when nothing is to be expected."""
        time.sleep(self._poll_seconds)
        self._poll_seconds = min(LONGEST_POLL_SECONDS, self._poll_seconds * 1.2)
        now, used_seconds = time.monotonic(), processor_seconds(self._process_group)
        passed_seconds = now - self._seen
        if used_seconds - self._used_seconds < IDLE_SHARE * passed_seconds:
            self._idle_seconds += passed_seconds
        self._seen, self._used_seconds = now, used_seconds
        is_too_long = now - self._started > LONGEST_SECONDS
        return self._idle_seconds < self._limit_seconds and not is_too_long


def wait_until(condition: Callable[[], bool], patience: Patience) -> bool:
    """Poll until a condition holds; return False if patience ends before."""
    while not condition():
        if not patience.pause():
            return condition()
    return True


def processor_seconds(process_group: int) -> float:
    """Processor time that a group's processes, and those they waited for, have used so far.

    https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    """
    return sum(_ticks_of_group(process_group)) / _TICKS_PER_SECOND


def _ticks_of_group(process_group: int) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # it ended meanwhile
        # The name, in brackets, may have any character.
        fields = text.rpartition(")")[2].split()
        if int(fields[2]) == process_group:
            yield sum(int(ticks) for ticks in fields[11:15])
