"""Scheduler that runs jobs longest first, in parallel within a budget of threads and memory.

Scaling and the encoders of WebP, AVIF and PNG release the GIL, so they run in parallel. The results
do not depend on the order.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from handler.images.variants.effort import Effort

Result = TypeVar("Result")

_THREAD_BYTES = 80 * 1024 * 1024
"""Address space of a thread: 8 MiB of stack, and an arena of 64 MiB that glibc reserves:
mallopt(3)."""


@dataclass(frozen=True, kw_only=True)
class ResourceBudget:
    """Threads and memory for running jobs."""

    threads: int = 1
    """Number of jobs that may run at the same time, at least 1."""
    memory_bytes: int = 0
    """Estimated memory that jobs running at the same time may take in total."""


@dataclass(frozen=True, kw_only=True)
class Job(Generic[Result]):
    """A unit of work. `make` raises `MemoryError` if there is too little memory."""

    make: Callable[[], Result]
    effort: Effort


def run_jobs(jobs: Sequence[Job[Result]], budget: ResourceBudget) -> Iterator[Result]:
    """Yield the result of each job as soon as it is available; with one thread, longest job first.

    A job that runs out of memory while others are running is run again by itself at the end.
    """
    longest_first = sorted(jobs, key=lambda job: -job.effort.seconds)
    if budget.threads == 1 or len(jobs) == 1:
        for job in longest_first:
            yield job.make()
        return
    alone: list[Job[Result]] = []
    yield from _run_concurrently(longest_first, budget, alone)
    for job in alone:
        yield job.make()


def _run_concurrently(
    waiting: list[Job[Result]], budget: ResourceBudget, alone: list[Job[Result]]
) -> Iterator[Result]:
    running: dict[Future[Result], Job[Result]] = {}
    with ThreadPoolExecutor(budget.threads) as pool:
        while waiting or running:
            while (job := _next_job(waiting, list(running.values()), budget)) is not None:
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


def _next_job(
    waiting: Sequence[Job[Result]], running: Sequence[Job[Result]], budget: ResourceBudget
) -> Job[Result] | None:
    """Return the longest job that fits the budget; if no job is running, the longest one."""
    if not running:
        return waiting[0] if waiting else None
    if len(running) >= budget.threads:
        return None
    taken_bytes = sum(job.effort.memory_bytes + _THREAD_BYTES for job in running)
    free_bytes = budget.memory_bytes - taken_bytes - _THREAD_BYTES
    return next((job for job in waiting if job.effort.memory_bytes <= free_bytes), None)
