"""Interfaces between delivery and image code, which runs in the same or in a child process."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from handler.images.policy import ImagePolicy
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.byte_ranges import ByteRanges, Span
from handler.model.facts import ImageFacts


class Transform(Protocol):
    """Renders the variants of an upload lazily."""

    def __call__(
        self, data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
    ) -> Iterator[ImageFacts | Rendition]:
        """Yield the facts first, then a rendition for each variant that applies to the upload.

        Raises `Rejected` if the bytes are not an image that can be processed.
        """
        ...


class Describe(Protocol):
    """Describes an upload without its pixels."""

    def __call__(
        self, parts: ByteRanges, *, max_pixels: int, policy: ImagePolicy
    ) -> ImageFacts | Span:
        """Return the facts, or the next byte range that is needed for them.

        Raises `Rejected` if the known bytes show that the file is not an accepted image.
        """
        ...
