"""Whether a process that ran out of time was slow itself, or got no processor.

Files of a process: proc_pid_stat(5).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROCESSES = Path("/proc")
_STATE, _USER_TIME, _SYSTEM_TIME = 0, 11, 12
"""Positions of fields after the name, which is in parentheses and can contain anything."""
_RUNNABLE = "R"

_STARVED_SHARE = 0.5
"""Share of the processor that a process can expect, below which it was starved."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a process has used so far."""

    processor_seconds: float
    """Of all of its threads."""
    is_runnable: bool
    """Whether a thread is running or waits for a processor, rather than for anything else."""


def usage_of(process_id: int) -> Usage | None:
    """Return the usage of a process; None if it has ended or the system does not tell."""
    try:
        fields = _fields(_PROCESSES / str(process_id) / "stat")
        threads = list(_states(process_id))
    except OSError:
        return None
    ticks = int(fields[_USER_TIME]) + int(fields[_SYSTEM_TIME])
    return Usage(
        processor_seconds=ticks / os.sysconf("SC_CLK_TCK"), is_runnable=_RUNNABLE in threads
    )


def was_starved(before: Usage | None, after: Usage | None, *, expected_seconds: float) -> bool:
    """Return whether a process wanted to run, and got much less processor time than expected.

    Args:
        before: usage at the start of the period.
        after: usage at its end.
        expected_seconds: processor time that it would have got on an idle machine.
    """
    if before is None or after is None or not after.is_runnable:
        return False
    used_seconds = after.processor_seconds - before.processor_seconds
    return used_seconds < _STARVED_SHARE * expected_seconds


def _states(process_id: int) -> Iterator[str]:
    for thread in (_PROCESSES / str(process_id) / "task").iterdir():
        yield _fields(thread / "stat")[_STATE]


def _fields(file: Path) -> list[str]:
    return file.read_text(encoding="latin-1").rpartition(")")[2].split()
