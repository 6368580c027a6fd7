"""The stack's configuration, parsed once into one frozen object; all problems in one error."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, cast

import pulumi
import yaml
from pulumi.runtime import config as pulumi_config
from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    InstanceOf,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.alias_generators import to_camel

from handler.variants import Variant, parse_variants
from infra.limits import (
    AWS_RUNTIMES,
    DEFAULT_MAX_PIXELS,
    LOG_RETENTION_DAYS,
    MAX_USER_TAGS,
    MIB,
    PILLOW_MAX_PIXELS,
    pixels_that_fit,
)
from infra.problems import Option, Problem, SettingsError, problems_of

PROJECT_FILE = Path(__file__).resolve().parent.parent / "Pulumi.yaml"


def _parse_variant_specs(specs: object) -> tuple[Variant, ...]:
    if not isinstance(specs, list) or not all(
        isinstance(spec, dict) for spec in cast("list[object]", specs)
    ):
        raise ValueError("should be a list of objects")
    return parse_variants(cast("Sequence[Mapping[str, object]]", specs))


TagKey = Annotated[str, StringConstraints(pattern=r"^(?![aA][wW][sS]:).{1,128}$")]
TagValue = Annotated[str, StringConstraints(max_length=256)]


class Settings(
    BaseModel, frozen=True, extra="forbid", alias_generator=to_camel, regex_engine="python-re"
):
    """What a stack chose. Pulumi.yaml describes each option and holds its default."""

    name_prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,18}[a-z0-9]$")]
    environment: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,10}[a-z0-9]$")]
    tags: Annotated[Mapping[TagKey, TagValue], Field(max_length=MAX_USER_TAGS)]
    runtime: Literal["python3.11", "python3.12", "python3.13", "python3.14"]
    architecture: Literal["arm64", "x86_64"]
    memory_mib: Annotated[int, Field(ge=256, le=10240)]
    timeout_seconds: Annotated[int, Field(ge=10, le=900)]
    max_concurrency: Annotated[int, Field(ge=2, le=1000)]
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]
    log_retention_days: int
    variants: Annotated[tuple[InstanceOf[Variant], ...], BeforeValidator(_parse_variant_specs)]
    background_colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
    max_source_bytes: Annotated[int, Field(ge=1, le=100 * MIB)]
    max_source_pixels: Annotated[int, Field(ge=0, le=PILLOW_MAX_PIXELS)]
    """Never 0 once parsed: 0 becomes what the memory can hold."""
    enable_kms: bool
    enable_dlq: bool
    notification_email: Annotated[str, Field(pattern=r"^(|[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,})$")]
    force_destroy: bool

    @field_validator("runtime")
    @classmethod
    def _runs_on_aws(cls, runtime: str, info: ValidationInfo) -> str:
        """An emulator runs the function in its own Python, which may be older than those of AWS."""
        emulated = cast("Mapping[str, bool]", info.context)["emulated"]
        if runtime not in AWS_RUNTIMES and not emulated:
            raise ValueError(
                f"{runtime} is on Amazon Linux 2, which cannot load Pillow 13's wheels"
            )
        return runtime

    @field_validator("log_retention_days")
    @classmethod
    def _is_offered(cls, days: int) -> int:
        if days not in LOG_RETENTION_DAYS:
            raise ValueError(f"should be one of {', '.join(map(str, sorted(LOG_RETENTION_DAYS)))}")
        return days

    @field_validator("max_source_pixels")
    @classmethod
    def _fits_the_memory(cls, pixels: int, info: ValidationInfo) -> int:
        memory_mib = info.data.get("memory_mib")
        if memory_mib is None:  # reported by itself
            return pixels
        most = pixels_that_fit(memory_mib)
        if pixels > most:
            raise ValueError(f"{memory_mib} MiB of memory can hold {most} pixels")
        return pixels or min(DEFAULT_MAX_PIXELS, most)


def load_settings() -> Settings:
    """Read the configuration of the running stack.

    Raises:
        SettingsError: with all problems at once.
    """
    return parse_settings(
        {**pulumi_config.get_config_env(), **pulumi_config.CONFIG.get()},
        project=pulumi.get_project(),
        stack=pulumi.get_stack(),
        region=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
    )


def parse_settings(
    config: Mapping[str, str], *, project: str, stack: str, region: str | None = None
) -> Settings:
    """Turn a stack's configuration into settings.

    Args:
        config: by full key, such as `imagepipe:memoryMib` or `aws:region`, each as Pulumi's text.
        project: the namespace of the options.
        stack: names the environment when that option is empty.
        region: the region of the surroundings, for a stack without `aws:region`.

    Raises:
        SettingsError: with all problems at once.
    """
    schema = load_schema()
    values = {key: option.default for key, option in schema.items()} | {
        key.removeprefix(f"{project}:"): _decoded(text, schema.get(key.removeprefix(f"{project}:")))
        for key, text in config.items()
        if key.startswith(f"{project}:")
    }
    values["environment"] = values["environment"] or stack
    problems = list(_region_problems(config.get("aws:region") or region))
    try:
        settings = Settings.model_validate(
            values, context={"emulated": bool(config.get("aws:endpoints"))}
        )
    except ValidationError as error:
        problems += problems_of(error, project=project, schema=schema)
        raise SettingsError(problems) from None
    if problems:
        raise SettingsError(problems)
    return settings


def load_schema(path: Path = PROJECT_FILE) -> dict[str, Option]:
    """Read the options that a Pulumi project file declares, by key: the one place of defaults."""
    project = cast("Mapping[str, object]", yaml.safe_load(path.read_text(encoding="utf-8")))
    declared = cast("Mapping[str, Mapping[str, object]]", project["config"])
    return {
        key: Option(
            type=str(spec["type"]), description=str(spec["description"]), default=spec["default"]
        )
        for key, spec in declared.items()
    }


def _decoded(text: str, option: Option | None) -> object:
    """Lists and objects arrive as JSON; text that is none is left for the model to refuse."""
    if option is None or option.type not in ("array", "object"):
        return text
    try:
        return cast("object", json.loads(text))
    except json.JSONDecodeError:
        return text


def _region_problems(region: str | None) -> Sequence[Problem]:
    if region and re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region):
        return ()
    return (
        Problem(
            key="aws:region",
            given=region or '""',
            why="the stack must say where it lives",
            allowed="a region of AWS",
            mend="pulumi config set aws:region us-east-1",
        ),
    )
