"""Options of what is made of an image."""

from collections.abc import Mapping, Sequence
from typing import Annotated, cast

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    InstanceOf,
    ValidationInfo,
    field_validator,
)

from handler.contract import MIB_PER_PROCESSOR, PIXELS_PER_MIB
from handler.images.policy import DamagePolicy, GpsPolicy, MetadataDepth
from handler.images.source.formats import READABLE
from handler.images.variants.output_formats import FORMATS
from handler.images.variants.parsing import Variant
from infra.config.findings import Finding, Refused
from infra.config.limits import (
    DEFAULT_MAX_PIXELS,
    HEAVY_PIXELS_PER_MIB,
    MIB,
    PILLOW_MAX_PIXELS,
    STEP_SECONDS,
    cpu_seconds_of,
    output_bytes_that_fit,
    pixels_that_fit,
)
from infra.config.options.function import FunctionOptions
from infra.config.variants import variants_of

MAX_SIDE_PIXELS = 100_000
"""Beyond what any format of variants but PNG can hold."""
MAX_FRAMES = 5_000
"""More than three minutes at 25 frames a second."""


Specs = Mapping[str, Mapping[str, object]]
"""JSON forms of variants without their names, by name."""


def _read_variants(listed: object, info: ValidationInfo) -> tuple[Variant, ...]:
    if not isinstance(listed, list) or not all(
        isinstance(spec, dict) for spec in cast("list[object]", listed)
    ):
        raise ValueError("should be a list of objects")
    specs = cast("Sequence[Mapping[str, object]]", listed)
    overrides = cast("Specs", info.data.get("variant_overrides", {}))
    extra = cast("Specs", info.data.get("extra_variants", {}))
    return variants_of(specs, overrides, extra)


def _known_formats(names: tuple[str, ...]) -> tuple[str, ...]:
    why = f"should be some of {', '.join(READABLE)}"
    wrong = [index for index, name in enumerate(names) if name not in READABLE]
    if wrong:
        raise Refused(*(Finding(inside=(each,), why=why, examples=READABLE) for each in wrong))
    return names


def _pixels_per_mib(variants: Sequence[Variant]) -> int:
    """Some encoders take more memory than any decoder, at the full size of the upload."""
    is_heavy = any(
        variant.box == (None, None)
        and (FORMATS[variant.format].outweighs_decoders or variant.lossless)
        for variant in variants
    )
    return HEAVY_PIXELS_PER_MIB if is_heavy else PIXELS_PER_MIB


class ImageOptions(FunctionOptions):
    """What is made of an upload, within what the function's memory can hold."""

    variant_overrides: Specs
    extra_variants: Specs
    variants: Annotated[tuple[InstanceOf[Variant], ...], BeforeValidator(_read_variants)]
    """All of them: the listed ones with their overrides, and the extra ones."""
    background_colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
    max_source_bytes: Annotated[int, Field(ge=1, le=100 * MIB)]
    max_source_pixels: Annotated[int, Field(ge=0, le=PILLOW_MAX_PIXELS)]
    """Never 0 once parsed: 0 becomes what the memory can hold."""
    max_source_side_pixels: Annotated[int, Field(ge=1, le=MAX_SIDE_PIXELS)]
    max_output_bytes: Annotated[int, Field(ge=0)]
    """Never 0 once parsed: 0 becomes what the memory can hold, as for the two below."""
    max_step_seconds: Annotated[int, Field(ge=0)]
    max_cpu_seconds: Annotated[int, Field(ge=0)]
    input_formats: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_known_formats)]
    max_frames: Annotated[int, Field(ge=1, le=MAX_FRAMES)]
    damaged_images: DamagePolicy
    gps_policy: GpsPolicy
    metadata_depth: MetadataDepth

    @field_validator("max_source_pixels")
    @classmethod
    def _fits_the_memory(cls, pixels: int, info: ValidationInfo) -> int:
        memory_mib = cast("int | None", info.data.get("memory_mib"))
        if memory_mib is None:  # reported by itself
            return pixels
        variants = cast("Sequence[Variant]", info.data.get("variants", ()))
        most = pixels_that_fit(memory_mib, _pixels_per_mib(variants))
        if pixels > most:
            raise ValueError(f"{memory_mib} MiB of memory can hold {most} pixels")
        return pixels or min(DEFAULT_MAX_PIXELS, most)

    @field_validator("max_output_bytes")
    @classmethod
    def _output_fits_the_memory(cls, size_bytes: int, info: ValidationInfo) -> int:
        memory_mib = cast("int | None", info.data.get("memory_mib"))
        if memory_mib is None:
            return size_bytes
        most = output_bytes_that_fit(memory_mib)
        if size_bytes > most:
            raise ValueError(f"{memory_mib} MiB of memory can hold a variant of {most} bytes")
        return size_bytes or most

    @field_validator("max_step_seconds")
    @classmethod
    def _step_fits_the_timeout(cls, seconds: int, info: ValidationInfo) -> int:
        timeout_seconds = cast("int | None", info.data.get("timeout_seconds"))
        if timeout_seconds is None:
            return seconds
        if seconds >= timeout_seconds:
            raise ValueError(f"should be less than timeoutSeconds, which is {timeout_seconds}")
        memory_mib = cast("int", info.data.get("memory_mib", MIB_PER_PROCESSOR))
        usual = round(STEP_SECONDS * max(1, MIB_PER_PROCESSOR / memory_mib))
        return seconds or min(usual, timeout_seconds // 2)

    @field_validator("max_cpu_seconds")
    @classmethod
    def _cpu_fits_the_timeout(cls, seconds: int, info: ValidationInfo) -> int:
        memory_mib = cast("int | None", info.data.get("memory_mib"))
        timeout_seconds = cast("int | None", info.data.get("timeout_seconds"))
        if memory_mib is None or timeout_seconds is None:
            return seconds
        most = cpu_seconds_of(memory_mib, timeout_seconds)
        if seconds > most:
            raise ValueError(
                f"{memory_mib} MiB of memory and {timeout_seconds} s give it {most} CPU seconds"
            )
        return seconds or most // 2
