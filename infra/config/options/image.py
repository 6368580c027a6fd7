"""Options of what is made of an image."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, cast

from pydantic import AfterValidator, BeforeValidator, Field

from handler.images.input_formats import READABLE
from handler.images.policy import DamagePolicy, GpsPolicy, MetadataDepth
from handler.images.variants.variant import Variant
from infra.config.findings import Finding, Refused
from infra.config.image_limits import most_pixels
from infra.config.limits import MIB, MOST_PIXELS, cpu_seconds_of, output_bytes_that_fit
from infra.config.option_rules import OptionRules
from infra.config.options.base import Options, distinct
from infra.config.variants import Spec, variants_of

MAX_SIDE_PIXELS = 100_000
"""Beyond what any format of variants but PNG can hold."""
MAX_FRAMES = 5_000
"""More than three minutes at 25 frames a second."""


def _list_of_objects(value: object) -> object:
    if not isinstance(value, list) or not all(
        isinstance(spec, dict) for spec in cast("list[object]", value)
    ):
        raise ValueError("should be a list of objects")
    return cast("object", value)


def _known_formats(names: tuple[str, ...]) -> tuple[str, ...]:
    why = f"should be some of {', '.join(READABLE)}"
    wrong = [index for index, name in enumerate(names) if name not in READABLE]
    if wrong:
        raise Refused(*(Finding(inside=(each,), why=why, examples=READABLE) for each in wrong))
    return names


class ImageOptions(Options):
    """What is made of an upload, within what the function's memory can hold."""

    listed_variants: Annotated[
        tuple[Spec, ...], BeforeValidator(_list_of_objects), Field(alias="variants")
    ]
    variant_overrides: Mapping[str, Spec]
    extra_variants: Mapping[str, Spec]
    background_colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
    max_source_bytes: Annotated[int, Field(ge=1, le=100 * MIB)]
    max_source_pixels: Annotated[int, Field(ge=0, le=MOST_PIXELS)]
    """Never 0 in settings, as none of the three limits below: 0 becomes what fits."""
    max_source_side_pixels: Annotated[int, Field(ge=1, le=MAX_SIDE_PIXELS)]
    max_output_bytes: Annotated[int, Field(ge=0)]
    max_step_seconds: Annotated[int, Field(ge=0)]
    max_cpu_seconds: Annotated[int, Field(ge=0)]
    input_formats: Annotated[
        tuple[str, ...],
        Field(min_length=1),
        AfterValidator(_known_formats),
        AfterValidator(distinct),
    ]
    max_frames: Annotated[int, Field(ge=1, le=MAX_FRAMES)]
    damaged_images: DamagePolicy
    gps_policy: GpsPolicy
    metadata_depth: MetadataDepth

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """All of them: the listed ones with their overrides, and the extra ones."""
        return variants_of(self.listed_variants, self.variant_overrides, self.extra_variants)


def pixels_fit_the_memory(
    max_source_pixels: int, memory_mib: int, variants: Sequence[Variant]
) -> Iterator[Finding]:
    most = most_pixels(memory_mib, variants)
    if max_source_pixels > most:
        yield Finding(why=f"{memory_mib} MiB of memory can hold {most} pixels")


def outputs_fit_the_memory(max_output_bytes: int, memory_mib: int) -> Iterator[Finding]:
    most = output_bytes_that_fit(memory_mib)
    if max_output_bytes > most:
        yield Finding(why=f"{memory_mib} MiB of memory can hold a variant of {most} bytes")


def step_fits_the_timeout(max_step_seconds: int, timeout_seconds: int) -> Iterator[Finding]:
    if max_step_seconds >= timeout_seconds:
        yield Finding(why=f"should be less than timeoutSeconds, which is {timeout_seconds}")


def processor_time_fits_the_timeout(
    max_cpu_seconds: int, memory_mib: int, timeout_seconds: int
) -> Iterator[Finding]:
    most = cpu_seconds_of(memory_mib, timeout_seconds)
    if max_cpu_seconds > most:
        why = f"{memory_mib} MiB of memory and {timeout_seconds} s give it {most} CPU seconds"
        yield Finding(why=why)


RULES: OptionRules = {
    "max_source_pixels": (pixels_fit_the_memory,),
    "max_output_bytes": (outputs_fit_the_memory,),
    "max_step_seconds": (step_fits_the_timeout,),
    "max_cpu_seconds": (processor_time_fits_the_timeout,),
}
