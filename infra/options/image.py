"""Options of what is made of an image."""

from collections.abc import Mapping, Sequence
from typing import Annotated, cast

from pydantic import BeforeValidator, Field, InstanceOf, ValidationInfo, field_validator

from handler.variants import Variant, parse_variants
from infra.limits import DEFAULT_MAX_PIXELS, MIB, PILLOW_MAX_PIXELS, pixels_that_fit
from infra.options.function import FunctionOptions


def _parse_variant_specs(specs: object) -> tuple[Variant, ...]:
    if not isinstance(specs, list) or not all(
        isinstance(spec, dict) for spec in cast("list[object]", specs)
    ):
        raise ValueError("should be a list of objects")
    return parse_variants(cast("Sequence[Mapping[str, object]]", specs))


class ImageOptions(FunctionOptions):
    """What is made of an upload, within what the function's memory can hold."""

    variants: Annotated[tuple[InstanceOf[Variant], ...], BeforeValidator(_parse_variant_specs)]
    background_colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
    max_source_bytes: Annotated[int, Field(ge=1, le=100 * MIB)]
    max_source_pixels: Annotated[int, Field(ge=0, le=PILLOW_MAX_PIXELS)]
    """Never 0 once parsed: 0 becomes what the memory can hold."""

    @field_validator("max_source_pixels")
    @classmethod
    def _fits_the_memory(cls, pixels: int, info: ValidationInfo) -> int:
        memory_mib = cast("int | None", info.data.get("memory_mib"))
        if memory_mib is None:  # reported by itself
            return pixels
        most = pixels_that_fit(memory_mib)
        if pixels > most:
            raise ValueError(f"{memory_mib} MiB of memory can hold {most} pixels")
        return pixels or min(DEFAULT_MAX_PIXELS, most)
