"""Image policy of a stack: accepted uploads and recorded metadata. Standard library only."""

from dataclasses import dataclass
from enum import StrEnum

from handler.images.input_formats import DEFAULT_ACCEPTED


class GpsPolicy(StrEnum):
    """Policy for the location at which a picture was taken."""

    KEEP = "keep"
    """The location is recorded unchanged."""
    ROUND = "round"
    """The location is recorded to about a kilometre, without its GPS tags."""
    DROP = "drop"
    """The location is not recorded."""


class DamagePolicy(StrEnum):
    """Policy for pictures that are not complete. Other damage does not matter."""

    REJECT = "reject"
    """The upload is rejected."""
    PROCESS = "process"
    """The decodable part is processed, and the rest is grey or black."""


class MetadataDepth(StrEnum):
    """How much of an upload is read in a stack without variants."""

    HEADER = "header"
    """Header and metadata, without the pixels."""
    FULL = "full"
    """The whole file."""


@dataclass(frozen=True, kw_only=True)
class ImagePolicy:
    """Which uploads are accepted, and which metadata are recorded."""

    input_formats: tuple[str, ...] = DEFAULT_ACCEPTED
    """Accepted formats, a subset of `handler.images.input_formats.READABLE`."""
    max_frames: int = 1
    """Longer animations are reduced to their first frame."""
    max_side_pixels: int | None = None
    """Limit of width and height each; None for no limit."""
    max_output_bytes: int | None = None
    """Limit of a variant; None for no limit."""
    damaged_images: DamagePolicy = DamagePolicy.REJECT
    """Policy for pictures that are not complete."""
    gps: GpsPolicy = GpsPolicy.KEEP
    """Policy for locations."""
    metadata_depth: MetadataDepth = MetadataDepth.FULL
    """How much of an upload is read in a stack without variants."""
