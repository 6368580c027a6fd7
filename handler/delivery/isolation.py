"""Image processing in a child process per image, so that a crash does not end the invocation.

An image that crashes or stalls its decoder, or exhausts the memory, would otherwise fail the whole
batch: the other messages are delivered again with it until they are dead-lettered. A fork takes
about 15 ms and shares all imported modules.
"""

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import TypeVar, cast

from handler.delivery.child_results import ChildDefect, Connection, receive_result, send_results
from handler.delivery.processor_time import usage_of, was_starved
from handler.images.policy import ImagePolicy
from handler.images.ports import Describe, Transform
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.byte_ranges import ByteRanges, Span
from handler.model.errors import Reason, Rejected, Retryable
from handler.model.facts import ImageFacts

Result = TypeVar("Result")

_FORK = multiprocessing.get_context("fork")
_STDERR = 2
"""File descriptor that C libraries write to, whatever `sys.stderr` is."""

_ADDRESS_SPACE = Path("/proc/self/statm")
"""Its first number is the size in pages: proc(5)."""


@dataclass(frozen=True, kw_only=True)
class IsolatedTransform:
    """`Transform` in a child process per image.

    Raises `Rejected` with `too-slow`, `too-much-memory`, or `decoder-died` if a signal ends the
    process, `Retryable` if the process ran out of time for want of a processor, and `ChildDefect`
    if our own code fails in it.
    """

    transform: Transform
    """The function that runs in the child process."""
    step_timeout_seconds: float
    """Time limit of a step, which is decoding or one variant."""
    growth_bytes: int
    """Memory limit of the process, in addition to what it shares with the parent."""
    cpu_seconds: int | None = None
    """Limit of processor time per image; None for no limit."""
    processor_share: float = 1
    """Share of a processor that the function has."""

    def __call__(
        self, data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
    ) -> Iterator[ImageFacts | Rendition]:
        return self._run_in_child(
            lambda: self.transform(
                data, variants, max_pixels=max_pixels, background_colour=background_colour
            )
        )

    def describing(self, describe: Describe) -> Describe:
        """Return a `Describe` that runs in a child process with the same limits."""

        def isolated(
            parts: ByteRanges, *, max_pixels: int, policy: ImagePolicy
        ) -> ImageFacts | Span:
            (found,) = self._run_in_child(
                lambda: iter([describe(parts, max_pixels=max_pixels, policy=policy)])
            )
            return found

        return isolated

    def _run_in_child(self, make: Callable[[], Iterator[Result]]) -> Iterator[Result]:
        """Yield results from a child process, which starts when the first one is requested."""
        ours, theirs = _FORK.Pipe(duplex=False)

        def work() -> None:
            ours.close()
            _limit_memory(self.growth_bytes)
            _limit_time(self.cpu_seconds)
            with _silenced_stderr():
                send_results(make, theirs)

        with _child_process(work) as process, ours:
            theirs.close()
            while True:
                self._wait(ours, process)
                received = _receive(ours, process)
                if received is None:
                    return
                yield cast("Result", received)

    def _wait(self, results: Connection, process: ForkProcess) -> None:
        """Wait for the next result.

        Raises:
            Rejected: With `too-slow`, if a step exceeds its limit.
            Retryable: If it does, because the machine is overloaded.
        """
        before = usage_of(process.pid or 0)
        if results.poll(self.step_timeout_seconds):
            return
        limit = f"{self.step_timeout_seconds:.0f} s"
        expected_seconds = self.step_timeout_seconds * self.processor_share
        if was_starved(before, usage_of(process.pid or 0), expected_seconds=expected_seconds):
            raise Retryable(f"a step got too little processor time in its {limit}")
        raise _too_slow(f"a step took longer than {limit}")


@contextmanager
def _silenced_stderr() -> Generator[None]:
    """Discard what C libraries print: libtiff and libjpeg quote hostile files without limit.

    The traceback of an exception that leaves the block is still printed.
    """
    kept = os.dup(_STDERR)
    with Path(os.devnull).open("w", encoding="utf-8") as nothing:
        os.dup2(nothing.fileno(), _STDERR)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)


@contextmanager
def _child_process(work: Callable[[], None]) -> Generator[ForkProcess]:
    """Run a child process that is killed at the end of the block."""
    process = _FORK.Process(target=work, daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        process.close()


def _receive(connection: Connection, process: ForkProcess) -> object:
    """Return the next result; None at the end."""
    try:
        return receive_result(connection)
    except (EOFError, OSError):  # the process ended, perhaps in the middle of a message
        process.join()
        if process.exitcode == 1:
            raise ChildDefect("an exception ended the child process; see the log") from None
        if process.exitcode == -signal.SIGXCPU:
            raise _too_slow("the image exceeded its limit of processor time") from None
        raise Rejected(
            Reason.DECODER_DIED, f"the decoder's process ended with code {process.exitcode}"
        ) from None


def _too_slow(detail: str) -> Rejected:
    return Rejected(Reason.TOO_SLOW, detail)


def _limit_memory(growth_bytes: int) -> None:
    """Make allocations fail, which rejects the image, before the kernel kills the function."""
    if _ADDRESS_SPACE.exists():
        pages = int(_ADDRESS_SPACE.read_text(encoding="ascii").split()[0])
        limit_bytes = pages * resource.getpagesize() + growth_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))


def _limit_time(cpu_seconds: int | None) -> None:
    """Have the kernel end the process at a limit of processor time, without a core dump."""
    if cpu_seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
