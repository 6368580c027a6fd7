"""Options of the function."""

from collections.abc import Mapping
from typing import Annotated, Literal, cast

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from handler.contract import LogFormat, LogLevel
from infra.config.findings import Finding, Refused
from infra.config.limits import (
    AWS_RUNTIMES,
    HANDLER_VARIABLES,
    LOG_RETENTION_DAYS,
    MAX_LAYERS,
    RESERVED_VARIABLES,
)
from infra.config.options.base import Options, Text

VariableName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z][a-zA-Z0-9_]+$")]
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
LAYER_ARN = r"^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]{1,140}:\d+$"
LayerArn = Annotated[str, StringConstraints(pattern=LAYER_ARN)]
PolicyArn = Annotated[str, StringConstraints(pattern=r"^arn:[a-z-]+:iam::(aws|\d{12}):policy/.+$")]


class FunctionOptions(Options):
    """The function's size and surroundings."""

    runtime: Literal["python3.11", "python3.12", "python3.13", "python3.14"]
    architecture: Literal["arm64", "x86_64"]
    memory_mib: Annotated[int, Field(ge=256, le=10240)]
    timeout_seconds: Annotated[int, Field(ge=10, le=900)]
    ephemeral_storage_mib: Annotated[int, Field(ge=512, le=10240)]
    provisioned_concurrency: Annotated[int, Field(ge=0, le=1000)]
    provisioned_concurrency_max: Annotated[int, Field(ge=0, le=1000)]
    enable_snap_start: bool
    enable_xray: bool
    extra_environment: Mapping[VariableName, Text]
    extra_layer_arns: Annotated[tuple[LayerArn, ...], Field(max_length=MAX_LAYERS - 1)]
    extra_policy_arns: tuple[PolicyArn, ...]
    log_level: LogLevel
    log_format: LogFormat
    log_retention_days: int

    @field_validator("runtime")
    @classmethod
    def _runs_on_aws(cls, runtime: str, info: ValidationInfo) -> str:
        """An emulator runs the function in its own Python, which may be older than those of AWS."""
        emulated = cast("Mapping[str, bool]", info.context)["emulated"]
        if runtime not in AWS_RUNTIMES and not emulated:
            why = f"{runtime} is on Amazon Linux 2, which cannot load Pillow 13's wheels"
            raise Refused(Finding(why=why, examples=AWS_RUNTIMES))
        return runtime

    @field_validator("provisioned_concurrency_max")
    @classmethod
    def _scales_up(cls, most: int, info: ValidationInfo) -> int:
        least = cast("int", info.data.get("provisioned_concurrency", 0))
        if most and (not least or most <= least):
            why = f"should be more than provisionedConcurrency, which is {least}"
            raise Refused(Finding(why=why, examples=(least + 1,) if least else (0,)))
        return most

    @field_validator("enable_snap_start")
    @classmethod
    def _can_be_snapshot(cls, enabled: bool, info: ValidationInfo) -> bool:
        """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes"""
        if enabled and info.data.get("provisioned_concurrency"):
            raise ValueError("cannot be combined with provisionedConcurrency")
        if enabled and cast("int", info.data.get("ephemeral_storage_mib", 0)) > 512:
            raise ValueError("cannot be combined with more than 512 MiB of ephemeralStorageMib")
        return enabled

    @field_validator("extra_environment")
    @classmethod
    def _is_free(cls, variables: Mapping[str, str]) -> Mapping[str, str]:
        taken = sorted((HANDLER_VARIABLES | RESERVED_VARIABLES).intersection(variables))
        if taken:
            why = "cannot be set: taken by the program or by Lambda"
            raise Refused(*(Finding(inside=(name,), why=f"{name} {why}") for name in taken))
        return variables

    @field_validator("log_retention_days")
    @classmethod
    def _is_offered(cls, days: int) -> int:
        if days not in LOG_RETENTION_DAYS:
            offered = tuple(sorted(LOG_RETENTION_DAYS))
            why = f"should be one of {', '.join(map(str, offered))}"
            raise Refused(Finding(why=why, examples=offered))
        return days
