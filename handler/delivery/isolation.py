"""Develops each image in a process of its own, so that none can take the function with it.

An image that crashes or stalls its decoder, or takes all memory, would otherwise end the whole
invocation: its batch-mates are delivered again and again with it, until they are dead-lettered.
A fork takes some 15 ms and shares what is imported.
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
from handler.images.policy import ImagePolicy
from handler.images.render.render import Rendition
from handler.images.source.byte_ranges import ByteRanges, Span
from handler.images.variants.parsing import Variant
from handler.model.errors import Reason, Rejected
from handler.model.facts import ImageFacts
from handler.ports import Describe, Transform

Made = TypeVar("Made")

_FORK = multiprocessing.get_context("fork")
_STDERR = 2
"""What libraries in C write to, whatever `sys.stderr` is."""

_ADDRESS_SPACE = Path("/proc/self/statm")
"""Its first number counts pages: proc(5)."""


@dataclass(frozen=True, kw_only=True)
class IsolatedTransform:
    """`Transform` in a process for each image.

    Raises `Rejected` with `too-slow`, `too-much-memory`, or `decoder-died` if the process is ended
    by a signal, and `ChildDefect` if code of ours fails there.

    Attributes:
        develop: What runs there.
        patience_seconds: How long a step, which is the decoding or one variant, may take.
        growth_bytes: How much memory the process may take beside what it shares.
        cpu_seconds: How much time of processors an image may take; None for any.
    """

    transform: Transform
    step_timeout_seconds: float
    growth_bytes: int
    cpu_seconds: int | None = None

    def __call__(
        self, data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
    ) -> Iterator[ImageFacts | Rendition]:
        return self._apart(
            lambda: self.transform(
                data, variants, max_pixels=max_pixels, background_colour=background_colour
            )
        )

    def describing(self, describe: Describe) -> Describe:
        """Return what describes each upload in a process of its own, within the same limits."""

        def apart(parts: ByteRanges, *, max_pixels: int, policy: ImagePolicy) -> ImageFacts | Span:
            (found,) = self._apart(
                lambda: iter([describe(parts, max_pixels=max_pixels, policy=policy)])
            )
            return found

        return apart

    def _apart(self, make: Callable[[], Iterator[Made]]) -> Iterator[Made]:
        """Yield what is made, in a process that begins when the first of it is asked for."""
        ours, theirs = _FORK.Pipe(duplex=False)

        def work() -> None:
            ours.close()
            _limit_memory(self.growth_bytes)
            _limit_time(self.cpu_seconds)
            with _quiet():
                send_results(make, theirs)

        with _running(work) as process, ours:
            theirs.close()
            while True:
                if not ours.poll(self.step_timeout_seconds):
                    raise _too_slow(f"a step took longer than {self.step_timeout_seconds:.0f} s")
                received = _receive(ours, process)
                if received is None:
                    return
                yield cast("Made", received)


@contextmanager
def _quiet() -> Generator[None]:
    """Throw away what libraries in C print: libtiff and libjpeg quote hostile files without end.

    What Python prints of an exception that ends the block is not lost.
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
def _running(work: Callable[[], None]) -> Generator[ForkProcess]:
    """Run a process, and end it with the block."""
    process = _FORK.Process(target=work, daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        process.close()


def _receive(connection: Connection, process: ForkProcess) -> object:
    """Return what comes next; None at the end."""
    try:
        return receive_result(connection)
    except (EOFError, OSError):  # the process ended, perhaps in the middle of a message
        process.join()
        if process.exitcode == 1:
            raise ChildDefect("an exception ended the image's process; see the log") from None
        if process.exitcode == -signal.SIGXCPU:
            raise _too_slow("the image took all the processor time that one may take") from None
        raise Rejected(
            Reason.DECODER_DIED, f"the decoder's process ended with code {process.exitcode}"
        ) from None


def _too_slow(detail: str) -> Rejected:
    return Rejected(Reason.TOO_SLOW, detail)


def _limit_memory(growth_bytes: int) -> None:
    """Let allocations fail, which rejects the image, before the system ends what it chooses to."""
    if _ADDRESS_SPACE.exists():
        pages = int(_ADDRESS_SPACE.read_text(encoding="ascii").split()[0])
        limit_bytes = pages * resource.getpagesize() + growth_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))


def _limit_time(cpu_seconds: int | None) -> None:
    """Have the system end the process when its threads together took so much, without a dump."""
    if cpu_seconds is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
