"""Process one file as the function does, and measure the outcome, time and memory."""

import multiprocessing
import resource
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast

from corpus.made import Made, made_of
from corpus.steps import with_step_time_limit
from handler.contract import PIXELS_PER_MIB, RUNTIME_MEMORY_MIB
from handler.delivery.isolation import IsolatedTransform
from handler.images.policy import ImagePolicy
from handler.images.ports import Transform
from handler.images.transform import transform
from handler.images.variants.variant import Variant
from handler.model.errors import DEATHS, Rejected, Retryable
from handler.model.facts import ImageFacts

MEMORY_MIB = 1_024
MAX_PIXELS = (MEMORY_MIB - RUNTIME_MEMORY_MIB) * PIXELS_PER_MIB
"""The pixel limit of a function with `MEMORY_MIB`."""
MAX_FRAMES = 500
HUNG_SECONDS = 10
"""CPU time for one step; large images get more. Other load on the machine does not count."""
STALLED_SECONDS = 60.0
"""Wall-clock time for one step, to end one that waits."""

_MIB = 1_024 * 1_024
GROWTH_BYTES = (MEMORY_MIB - RUNTIME_MEMORY_MIB) * _MIB
"""What the decoder may take in addition to what the function has loaded."""
_KIB = 1_024
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """The outcome and the cost of one file."""

    outcome: str
    """`processed`, `rejected`, `died` if the file ended the function, or `retryable` if the machine
    was too busy to process it."""
    reason: str = ""
    """Reason of the rejection, or exit code of the function."""
    detail: str = ""
    """Detail of the reason, for people."""
    facts: ImageFacts | None = None
    """None if the file was not decoded."""
    variants: tuple[Made, ...] = ()
    """Variants rendered."""
    milliseconds: int = 0
    """From the bytes to the last variant."""
    peak_mib: int = 0
    """Peak memory of the function and its decoder, with shared pages counted once."""

    @property
    def explanation(self) -> str:
        """The reason and its detail, on one line."""
        return ": ".join(filter(None, (self.reason, self.detail)))

    @property
    def fault(self) -> str | None:
        """The failure that no file may cause: "died", "memory", or None.

        A step over `HUNG_SECONDS` of CPU time or `STALLED_SECONDS` of wall-clock time is ended and
        counts as "died".
        """
        if self.outcome == "died" or self.reason in DEATHS:
            return "died"
        return "memory" if self.peak_mib > MEMORY_MIB else None


def attempt(
    data: bytes,
    variants: Sequence[Variant],
    accepted: Sequence[str],
    *,
    folder: Path | None = None,
) -> Trial:
    """Process a file as the function does; see `attempt_with`."""
    policy = ImagePolicy(input_formats=tuple(accepted), max_frames=MAX_FRAMES)
    return attempt_with(partial(transform, policy=policy), data, variants, folder=folder)


def attempt_with(
    used: Transform,
    data: bytes,
    variants: Sequence[Variant],
    *,
    growth_bytes: int = GROWTH_BYTES,
    folder: Path | None = None,
) -> Trial:
    """Process a file in a process that stands for the function.

    Args:
        used: Renders the variants.
        data: The whole file.
        variants: The variants to render.
        growth_bytes: See `IsolatedTransform`.
        folder: Where the variants are saved; None if they are not.
    """
    ours, theirs = _FORK.Pipe(duplex=False)

    def work() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
        theirs.send(_transformed(used, data, variants, growth_bytes, folder))

    process = _FORK.Process(target=work)
    process.start()
    theirs.close()
    with ours:
        try:
            trial = cast("Trial", ours.recv())
        except EOFError:
            process.join()
            trial = Trial(outcome="died", reason=f"code {process.exitcode}")
    process.join()
    return trial


def _transformed(
    used: Transform,
    data: bytes,
    variants: Sequence[Variant],
    growth_bytes: int,
    folder: Path | None,
) -> Trial:
    shared_mib = _peak_mib(resource.RUSAGE_SELF)
    isolated = IsolatedTransform(
        transform=with_step_time_limit(used, HUNG_SECONDS),
        step_timeout_seconds=STALLED_SECONDS,
        growth_bytes=growth_bytes,
    )
    trial = Trial(outcome="processed")
    started = time.perf_counter()
    try:
        for made in isolated(data, variants, max_pixels=MAX_PIXELS, background_colour="#ffffff"):
            if isinstance(made, ImageFacts):
                trial = replace(trial, facts=made)
            else:
                trial = replace(trial, variants=(*trial.variants, made_of(made, folder)))
    except Rejected as rejection:
        trial = replace(
            trial, outcome="rejected", reason=rejection.reason.value, detail=rejection.detail
        )
    except Retryable as error:
        trial = replace(trial, outcome="retryable", detail=str(error))
    ended = time.perf_counter()
    decoder_mib = _peak_mib(resource.RUSAGE_CHILDREN)
    return replace(
        trial,
        milliseconds=round((ended - started) * 1_000),
        peak_mib=_peak_mib(resource.RUSAGE_SELF) + max(0, decoder_mib - shared_mib),
    )


def _peak_mib(of: int) -> int:
    return resource.getrusage(of).ru_maxrss // _KIB
