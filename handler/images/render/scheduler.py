"""Does several pieces of work, the longest first, as many at once as there are means for.

The encoders of WebP, AVIF and PNG and the scaling run without Python's lock, and so on a processor
each. What comes out does not depend on what runs beside it.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from handler.images.variants.effort import Effort

Made = TypeVar("Made")

_THREAD_BYTES = 80 * 1024 * 1024
"""What a thread takes of the address space: 8 MiB of stack, and 64 MiB that glibc reserves for it,
mallopt(3)."""


@dataclass(frozen=True, kw_only=True)
class ResourceBudget:
    """What the work may take.

    Attributes:
        threads: How many pieces may be done at once, at least 1.
        memory_bytes: What those that are done at once may take together, by estimate.
    """

    threads: int = 1
    memory_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Job(Generic[Made]):
    """A piece of work. `make` raises `MemoryError` if there is too little memory."""

    make: Callable[[], Made]
    effort: Effort


def done(jobs: Sequence[Job[Made]], means: ResourceBudget) -> Iterator[Made]:
    """Yield what each piece of work makes, as soon as it is made; those of one thread in the order
    in which they are started.

    A piece that finds too little memory beside others is done again, alone, at the end.
    """
    longest_first = sorted(jobs, key=lambda job: -job.effort.seconds)
    if means.threads == 1 or len(jobs) == 1:
        for job in longest_first:
            yield job.make()
        return
    alone: list[Job[Made]] = []
    yield from _side_by_side(longest_first, means, alone)
    for job in alone:
        yield job.make()


def _side_by_side(
    waiting: list[Job[Made]], means: ResourceBudget, alone: list[Job[Made]]
) -> Iterator[Made]:
    running: dict[Future[Made], Job[Made]] = {}
    with ThreadPoolExecutor(means.threads) as pool:
        while waiting or running:
            while (job := _next(waiting, list(running.values()), means)) is not None:
                waiting.remove(job)
                running[pool.submit(job.make)] = job
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                job = running.pop(future)
                try:
                    made = future.result()
                except MemoryError:
                    alone.append(job)
                else:
                    yield made


def _next(
    waiting: Sequence[Job[Made]], running: Sequence[Job[Made]], means: ResourceBudget
) -> Job[Made] | None:
    """Return the longest piece that there are means for; any, when nothing is being done."""
    if not running:
        return waiting[0] if waiting else None
    if len(running) >= means.threads:
        return None
    taken_bytes = sum(job.effort.memory_bytes + _THREAD_BYTES for job in running)
    free_bytes = means.memory_bytes - taken_bytes - _THREAD_BYTES
    return next((job for job in waiting if job.effort.memory_bytes <= free_bytes), None)
