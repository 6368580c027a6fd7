"""What delivery needs of images; `handler.images` implements it, in a process of its own or not."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from handler.images.policy import ImagePolicy
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.byte_ranges import ByteRanges, Span
from handler.model.facts import ImageFacts


class Transform(Protocol):
    """Makes variants of an upload, each when it is asked for."""

    def __call__(
        self, data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
    ) -> Iterator[ImageFacts | Rendition]:
        """Yield the facts first, then a rendition for each variant that is made of such an upload.

        Raises `Rejected` if the bytes are not an image that can be developed.
        """
        ...


class Describe(Protocol):
    """Tells what is known of an upload without its pixels."""

    def __call__(
        self, parts: ByteRanges, *, max_pixels: int, policy: ImagePolicy
    ) -> ImageFacts | Span:
        """Return the facts, or what has to be known of the file first.

        Raises `Rejected` if the bytes are not an image that is taken, as far as they tell.
        """
        ...
