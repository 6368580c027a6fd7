"""How long a step may take, by the time of the processor: a busy machine is no fault of a file."""

import math
import resource
import time
from collections.abc import Iterator, Sequence

from handler.images.ports import Transform
from handler.images.variants.parsing import Variant
from handler.images.variants.rendition import Rendition
from handler.model.facts import ImageFacts

_PIXELS_PER_SECOND = 2_000_000


def allow_processor_time(seconds: int) -> None:
    """Have the system end this process, with SIGXCPU, when it took so much time from now on."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, most))


def with_time_for_each_step(transform: Transform, seconds: int) -> Transform:
    """Return what does the same, and is ended in a step that takes more of the processor.

    When the size is known, each megapixel adds half a second: a WebP of noise takes 0.4 s for one.
    """

    def run(
        data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
    ) -> Iterator[ImageFacts | Rendition]:
        allowed = seconds
        allow_processor_time(allowed)
        for made in transform(
            data, variants, max_pixels=max_pixels, background_colour=background_colour
        ):
            yield made
            if isinstance(made, ImageFacts):
                allowed = seconds + math.ceil(made.width * made.height / _PIXELS_PER_SECOND)
            allow_processor_time(allowed)

    return run
