"""Turn termination signals into KeyboardInterrupt, so that the program cleans up and ends."""

import contextlib
import signal
from collections.abc import Generator
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

REPEAT_SECONDS = 1.0
"""Python and some extensions drop an exception that is raised in a finalizer. A lost interrupt is
raised again at this interval until it is answered."""


def raise_interrupts() -> None:
    """Raise KeyboardInterrupt in the main thread on each of `SIGNALS` from now on."""
    for number in (*SIGNALS, signal.SIGALRM):
        signal.signal(number, _interrupt)


def answer_interrupt() -> None:
    """Stop repeating the interrupt; called where KeyboardInterrupt is finally handled."""
    signal.setitimer(signal.ITIMER_REAL, 0)


@contextlib.contextmanager
def held_back() -> Generator[None]:
    """Delay signals until the end of a short block that must not be interrupted."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (*SIGNALS, signal.SIGALRM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    for number in SIGNALS:  # some senders send two
        signal.signal(number, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, REPEAT_SECONDS)
    raise KeyboardInterrupt
