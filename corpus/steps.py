"""Limit the CPU time of a step. CPU time does not depend on the load of the machine."""

import math
import resource
import time
from collections.abc import Iterator, Sequence

from handler.images.render.render import Rendition
from handler.images.variants.parsing import Variant
from handler.model.facts import ImageFacts
from handler.ports import Transform

_PIXELS_PER_SECOND = 2_000_000


def limit_cpu_time(seconds: int) -> None:
    """Let the kernel end this process with SIGXCPU after so many seconds of CPU time from now."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, most))


def with_step_time_limit(transform: Transform, seconds: int) -> Transform:
    """Return the transform with a limit on the CPU time of each step.

    Once the size is known, each megapixel adds half a second: a WebP of noise takes 0.4 s for one.
    """

    def run(
        data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
    ) -> Iterator[ImageFacts | Rendition]:
        allowed = seconds
        limit_cpu_time(allowed)
        for made in transform(
            data, variants, max_pixels=max_pixels, background_colour=background_colour
        ):
            yield made
            if isinstance(made, ImageFacts):
                allowed = seconds + math.ceil(made.width * made.height / _PIXELS_PER_SECOND)
            limit_cpu_time(allowed)

    return run
