"""Limits of images that the memory and the time of a function allow. Pure."""

from collections.abc import Mapping, Sequence

from handler.contract import MIB_PER_PROCESSOR, PIXELS_PER_MIB
from handler.images.variants.output_formats import FORMATS
from handler.images.variants.variant import Variant
from infra.config.limits import (
    DEFAULT_MAX_PIXELS,
    HEAVY_PIXELS_PER_MIB,
    STEP_SECONDS,
    cpu_seconds_of,
    output_bytes_that_fit,
    pixels_that_fit,
)


def limits_that_fit(
    memory_mib: int, timeout_seconds: int, variants: Sequence[Variant]
) -> Mapping[str, int]:
    """Return what 0 stands for, by option."""
    usual_step_seconds = round(STEP_SECONDS * max(1, MIB_PER_PROCESSOR / memory_mib))
    return {
        "max_source_pixels": min(DEFAULT_MAX_PIXELS, most_pixels(memory_mib, variants)),
        "max_output_bytes": output_bytes_that_fit(memory_mib),
        "max_step_seconds": min(usual_step_seconds, timeout_seconds // 2),
        "max_cpu_seconds": cpu_seconds_of(memory_mib, timeout_seconds) // 2,
    }


def most_pixels(memory_mib: int, variants: Sequence[Variant]) -> int:
    """Return how many pixels the memory can hold, of an upload and of what is made of it.

    Some encoders take more memory than any decoder, at the full size of the upload.
    """
    is_heavy = any(
        variant.box == (None, None)
        and (FORMATS[variant.format].outweighs_decoders or variant.lossless)
        for variant in variants
    )
    return pixels_that_fit(memory_mib, HEAVY_PIXELS_PER_MIB if is_heavy else PIXELS_PER_MIB)
