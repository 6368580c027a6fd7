"""Fuzz the image code with mutated files, to find exceptions that are not handled as an outcome.

Each file is processed with all formats enabled. One process handles many files in turn; when a file
ends the process, a new process continues with the next file.
"""

import multiprocessing
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import cast

from corpus.mutations import mutated
from corpus.steps import limit_cpu_time
from handler.images.input_formats import READABLE
from handler.images.policy import DamagePolicy, ImagePolicy
from handler.images.source.header import read_header
from handler.images.transform import transform
from handler.images.variants.parsing import parse_variants
from handler.model.byte_ranges import ByteRanges, Span
from handler.model.errors import Reason, Rejected
from handler.model.facts import ImageFacts

MAX_PIXELS = 1_000_000
MAX_READS = 50
HUNG_SECONDS = 10
STALLED_SECONDS = 60.0
MEMORY_BYTES = 900 * 1_024 * 1_024

_VARIANTS = parse_variants(
    [
        {"name": "a", "format": "jpeg", "maxWidth": 64, "maxHeight": 64, "keepGainMap": True},
        {"name": "b", "format": "webp", "maxWidth": 64, "maxHeight": 64},
    ]
)
_STDERR = 2
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, kw_only=True)
class Case:
    """The outcome of one mutated file."""

    number: int
    outcome: str
    """`processed`, the reason of the rejection, or `defect` for an unexpected exception."""
    detail: str = ""
    """Explanation of the outcome."""
    format: str | None = None
    """Detected format; None if the file was rejected."""

    @property
    def is_fault(self) -> bool:
        """Whether the file raised an unexpected exception, or hung."""
        return self.outcome in ("defect", Reason.TOO_SLOW)

    @property
    def is_kept(self) -> bool:
        """Whether the file is kept for inspection: after a fault, or when its decoder crashed."""
        return self.is_fault or self.outcome == Reason.DECODER_DIED


def mutated_file(seed: int, number: int, files: Sequence[bytes]) -> bytes:
    """Return a mutated file: the same for the same seed, number and files."""
    return mutated(Random(f"{seed} {number}"), files)  # noqa: S311 - nothing is secret


def fuzz(files: Sequence[bytes], *, seed: int, seconds: float) -> Iterator[Case]:
    """Yield the cases of mutated files until the time is up."""
    ends = time.monotonic() + seconds
    number = 0
    while time.monotonic() < ends:
        for case in _in_a_process(
            lambda n: run_case(n, mutated_file(seed, n, files)), number, ends
        ):
            yield case
            number = case.number + 1


def run_case(number: int, data: bytes) -> Case:
    """Process a file. Odd numbers accept damaged files; every eighth also reads the header by
    byte ranges.
    """
    policy = ImagePolicy(
        input_formats=READABLE,
        max_frames=20,
        max_side_pixels=10_000,
        damaged_images=DamagePolicy.PROCESS if number % 2 else DamagePolicy.REJECT,
    )
    found: str | None = None
    try:
        if number % 8 == 0:
            found = _read_by_parts(data, policy).format
        for made in transform(
            data, _VARIANTS, max_pixels=MAX_PIXELS, background_colour="#ffffff", policy=policy
        ):
            found = made.format if isinstance(made, ImageFacts) else found
    except Rejected as rejection:
        return Case(number=number, outcome=rejection.reason, detail=rejection.detail)
    except MemoryError:
        return Case(number=number, outcome=Reason.TOO_MUCH_MEMORY)
    except Exception as error:  # noqa: BLE001 - finding these is the purpose
        return Case(number=number, outcome="defect", detail=f"{type(error).__name__}: {error}")
    return Case(number=number, outcome="processed", format=found)


def _read_by_parts(data: bytes, policy: ImagePolicy) -> ImageFacts:
    """Read the header in the smallest byte ranges; the handler requests larger ones."""
    parts = ByteRanges(size_bytes=len(data))
    while isinstance(found := read_header(parts, max_pixels=MAX_PIXELS, policy=policy), Span):
        span = Span(start=0, end=len(data)) if len(parts.known) > MAX_READS else found
        parts = parts.adding(span.start, data[span.start : span.end])
    return found


def summary(cases: Counter[str], formats: Counter[str], seconds: float) -> str:
    """Return the totals as one line."""
    return (
        f"{cases.total()} files in {seconds:.0f} s: "
        + ", ".join(f"{count} {outcome}" for outcome, count in cases.most_common())
        + "; processed were "
        + ", ".join(f"{count} {name}" for name, count in formats.most_common())
    )


def keep(folder: Path, case: Case, data: bytes) -> Path:
    """Write a file, named after its outcome and content."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{case.outcome}-{sha256(data).hexdigest()[:16]}"
    path.write_bytes(data)
    return path


def _in_a_process(run: Callable[[int], Case], first: int, ends: float) -> Iterator[Case]:
    """Yield cases in a new process from a number on, up to one that ends the process."""
    ours, theirs = _FORK.Pipe(duplex=False)

    def work() -> None:
        ours.close()
        os.dup2(os.open(os.devnull, os.O_WRONLY), _STDERR)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        number = first
        while time.monotonic() < ends:
            limit_cpu_time(HUNG_SECONDS)
            theirs.send(run(number))
            number += 1

    process = _FORK.Process(target=work, daemon=True)
    process.start()
    theirs.close()
    number = first
    with ours:
        try:
            while ours.poll(STALLED_SECONDS):
                case = cast("Case", ours.recv())
                yield case
                number = case.number + 1
            process.kill()
        except EOFError:
            pass
    process.join()
    if process.exitcode != 0:
        yield _ended(number, process.exitcode)


def _ended(number: int, exit_code: int | None) -> Case:
    is_slow = exit_code in (-signal.SIGXCPU, -signal.SIGKILL)
    return Case(
        number=number,
        outcome=Reason.TOO_SLOW if is_slow else Reason.DECODER_DIED,
        detail=f"code {exit_code}",
    )
