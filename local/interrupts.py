"""Ctrl-C and its like, such that they always end the program, and only after it has cleaned up."""

import contextlib
import signal
from collections.abc import Generator
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

REMIND_SECONDS = 1.0
"""Python drops an exception that happens to be raised in a finalizer, and so do some extensions.
An interrupt that went lost like that is raised again, for as long as nobody has answered it."""


def raise_interrupts() -> None:
    """From now on, raise KeyboardInterrupt in the main thread at each of these signals."""
    for number in (*SIGNALS, signal.SIGALRM):
        signal.signal(number, _interrupt)


def answer_interrupt() -> None:
    """Stop reminding of an interrupt: called where KeyboardInterrupt was caught for good."""
    signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def held_back() -> Generator[None]:
    """For a short block that must run to its end: signals arrive after it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (*SIGNALS, signal.SIGALRM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    for number in SIGNALS:  # one is enough, and some senders send two
        signal.signal(number, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, REMIND_SECONDS)
    raise KeyboardInterrupt
