"""On what terms uploads are taken, as a stack chooses. Standard library only."""

from dataclasses import dataclass
from enum import StrEnum

from handler.images.source.formats import DEFAULT_ACCEPTED


class GpsPolicy(StrEnum):
    """What becomes of the place that a picture was taken at."""

    KEEP = "keep"
    """Recorded as it is."""
    ROUND = "round"
    """Recorded to about a kilometre, without the tags that it came from."""
    DROP = "drop"
    """Not recorded."""


class DamagePolicy(StrEnum):
    """What becomes of a file that is damaged, but not beyond showing something."""

    REJECT = "reject"
    """It is rejected."""
    PROCESS = "process"
    """What can be decoded is processed, the rest is grey or black, and the record says so."""


class MetadataDepth(StrEnum):
    """How much of an upload is read where no variants are made of it."""

    HEADER = "header"
    """What tells of the picture, and not the picture."""
    FULL = "full"
    """All of it."""


@dataclass(frozen=True, kw_only=True)
class ImagePolicy:
    """What is taken, and what is kept of it.

    Attributes:
        input_formats: A choice of `handler.images.source.formats.READABLE`.
        max_frames: Longer animations are taken as their first frame.
        max_side_pixels: Of width and height each; None for any.
        max_output_bytes: Of a variant; None for any number.
        damaged_images: What becomes of damaged files.
        gps: What becomes of places.
        metadata_depth: How much is read where there are no variants.
    """

    input_formats: tuple[str, ...] = DEFAULT_ACCEPTED
    max_frames: int = 1
    max_side_pixels: int | None = None
    max_output_bytes: int | None = None
    damaged_images: DamagePolicy = DamagePolicy.REJECT
    gps: GpsPolicy = GpsPolicy.KEEP
    metadata_depth: MetadataDepth = MetadataDepth.FULL
