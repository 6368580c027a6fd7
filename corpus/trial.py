"""One file, developed as the function does it: what came of it, and what it cost."""

import multiprocessing
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import cast

from corpus.steps import with_time_for_each_step
from handler.contract import PIXELS_PER_MIB, RUNTIME_MEMORY_MIB
from handler.delivery.isolation import IsolatedTransform
from handler.images.policy import ImagePolicy
from handler.images.transform import transform
from handler.images.variants.parsing import Variant
from handler.model.errors import DEATHS, Rejected
from handler.model.facts import ImageFacts

MEMORY_MIB = 1_024
MAX_PIXELS = (MEMORY_MIB - RUNTIME_MEMORY_MIB) * PIXELS_PER_MIB
"""What the program lets a function of so much memory process."""
MAX_FRAMES = 500
HUNG_SECONDS = 10
"""Of the processor, for one step, and more if there are many pixels: a machine with other work is
no fault of the file."""
STALLED_SECONDS = 60.0
"""For a step that waits for something."""

_MIB = 1_024 * 1_024
_KIB = 1_024
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What came of a file.

    Attributes:
        verdict: `processed`, `rejected`, or `died` if it took the function with it.
        reason: Why it was rejected, or how the function died.
        facts: None if it was not decoded.
        variants: How many were made.
        milliseconds: From the bytes to the last variant.
        peak_mib: What the function and its decoder took at most, what they share counted once.
    """

    verdict: str
    reason: str = ""
    facts: ImageFacts | None = None
    variants: int = 0
    milliseconds: int = 0
    peak_mib: int = 0

    @property
    def fault(self) -> str | None:
        """Return what must not happen with any file, in a word; None if all is well.

        A step that takes more than `HUNG_SECONDS` of the processor, or `STALLED_SECONDS` in all, is
        ended and counts as a death.
        """
        if self.verdict == "died" or self.reason.startswith(DEATHS):
            return "died"
        return "memory" if self.peak_mib > MEMORY_MIB else None


def attempt(data: bytes, variants: Sequence[Variant], accepted: Sequence[str]) -> Trial:
    """Develop a file in a process that stands for the function."""
    ours, theirs = _FORK.Pipe(duplex=False)

    def work() -> None:
        theirs.send(_transformed(data, variants, accepted))

    process = _FORK.Process(target=work)
    process.start()
    theirs.close()
    with ours:
        try:
            trial = cast("Trial", ours.recv())
        except EOFError:
            process.join()
            trial = Trial(verdict="died", reason=f"code {process.exitcode}")
    process.join()
    return trial


def _transformed(data: bytes, variants: Sequence[Variant], accepted: Sequence[str]) -> Trial:
    shared_mib = _peak_mib(resource.RUSAGE_SELF)
    policy = ImagePolicy(input_formats=tuple(accepted), max_frames=MAX_FRAMES)
    isolated = IsolatedTransform(
        transform=with_time_for_each_step(partial(transform, policy=policy), HUNG_SECONDS),
        step_timeout_seconds=STALLED_SECONDS,
        growth_bytes=(MEMORY_MIB - RUNTIME_MEMORY_MIB) * _MIB,
    )
    trial = Trial(verdict="processed")
    started = time.perf_counter()
    try:
        for made in isolated(data, variants, max_pixels=MAX_PIXELS, background_colour="#ffffff"):
            if isinstance(made, ImageFacts):
                trial = replace(trial, facts=made)
            else:
                trial = replace(trial, variants=trial.variants + 1)
    except Rejected as rejection:
        trial = replace(trial, verdict="rejected", reason=str(rejection))
    ended = time.perf_counter()
    decoder_mib = _peak_mib(resource.RUSAGE_CHILDREN)
    return replace(
        trial,
        milliseconds=round((ended - started) * 1_000),
        peak_mib=_peak_mib(resource.RUSAGE_SELF) + max(0, decoder_mib - shared_mib),
    )


def _peak_mib(of: int) -> int:
    return resource.getrusage(of).ru_maxrss // _KIB
