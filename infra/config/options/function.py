"""Options of the function."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from handler.contract import LogFormat, LogLevel
from infra.config.changes import Put
from infra.config.findings import Finding, Refused
from infra.config.limits import (
    AWS_RUNTIMES,
    HANDLER_VARIABLES,
    LOG_RETENTION_DAYS,
    MAX_LAYERS,
    RESERVED_VARIABLES,
)
from infra.config.option_rules import OptionRules
from infra.config.options.base import Options, Text, distinct
from infra.config.places import other_place

VariableName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z][a-zA-Z0-9_]+$")]
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
LAYER_ARN = r"^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]{1,140}:\d+$"
LayerArn = Annotated[str, StringConstraints(pattern=LAYER_ARN)]
PolicyArn = Annotated[str, StringConstraints(pattern=r"^arn:[a-z-]+:iam::(aws|\d{12}):policy/.+$")]

MAX_POLICIES = 10
"""How many managed policies a role may have, where the account's quota was not raised.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


def _free_names(variables: Mapping[str, str]) -> Mapping[str, str]:
    taken = sorted((HANDLER_VARIABLES | RESERVED_VARIABLES).intersection(variables))
    if taken:
        why = "cannot be set: taken by the program or by Lambda"
        raise Refused(*(Finding(inside=(name,), why=f"{name} {why}") for name in taken))
    return variables


def _offered_days(days: int) -> int:
    if days not in LOG_RETENTION_DAYS:
        offered = tuple(sorted(LOG_RETENTION_DAYS))
        why = f"should be one of {', '.join(map(str, offered))}"
        raise Refused(Finding(why=why, examples=offered))
    return days


class FunctionOptions(Options):
    """The function's size and surroundings."""

    runtime: Literal["python3.11", "python3.12", "python3.13", "python3.14"]
    architecture: Literal["arm64", "x86_64"]
    memory_mib: Annotated[int, Field(ge=256, le=10240)]
    timeout_seconds: Annotated[int, Field(ge=10, le=900)]
    ephemeral_storage_mib: Annotated[int, Field(ge=512, le=10240)]
    reserved_concurrency: Annotated[int, Field(ge=0, le=1000)]
    provisioned_concurrency: Annotated[int, Field(ge=0, le=1000)]
    provisioned_concurrency_max: Annotated[int, Field(ge=0, le=1000)]
    enable_snap_start: bool
    enable_xray: bool
    extra_environment: Annotated[Mapping[VariableName, Text], AfterValidator(_free_names)]
    extra_layer_arns: Annotated[
        tuple[LayerArn, ...], Field(max_length=MAX_LAYERS - 1), AfterValidator(distinct)
    ]
    extra_policy_arns: Annotated[
        tuple[PolicyArn, ...], Field(max_length=MAX_POLICIES), AfterValidator(distinct)
    ]
    log_level: LogLevel
    log_format: LogFormat
    log_retention_days: Annotated[int, AfterValidator(_offered_days)]


def runtime_loads_pillow(runtime: str, emulated: bool) -> Iterator[Finding]:
    """An emulator runs the function in its own Python, which may be older than those of AWS."""
    if runtime not in AWS_RUNTIMES and not emulated:
        why = f"{runtime} is on Amazon Linux 2, which cannot load Pillow 13's wheels"
        yield Finding(why=why, examples=AWS_RUNTIMES)


def reserved_concurrency_covers_the_queue(
    reserved_concurrency: int, max_concurrency: int
) -> Iterator[Finding]:
    """Fewer would throttle the queue's own invocations, which uses up deliveries."""
    if 0 < reserved_concurrency < max_concurrency:
        why = f"should be at least maxConcurrency, which is {max_concurrency}"
        yield Finding(why=why, examples=(max_concurrency,))


def provisioned_concurrency_is_reserved(
    provisioned_concurrency: int, provisioned_concurrency_max: int, reserved_concurrency: int
) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html"""
    most = max(provisioned_concurrency, provisioned_concurrency_max)
    if provisioned_concurrency and 0 < reserved_concurrency < most:
        why = f"needs reservedConcurrency of at least {most}, of which it is a part"
        yield Finding(why=why, instead=(Put(("reservedConcurrency",), most),))


def extra_layers_are_in_the_region(
    extra_layer_arns: Sequence[str], region: str
) -> Iterator[Finding]:
    for index, arn in enumerate(extra_layer_arns):
        yield from (replace(each, inside=(index,)) for each in other_place(arn, region))


def extra_policies_are_in_the_partition(
    extra_policy_arns: Sequence[str], region: str
) -> Iterator[Finding]:
    for index, arn in enumerate(extra_policy_arns):
        yield from (replace(each, inside=(index,)) for each in other_place(arn, region))


def provisioned_concurrency_scales_up(
    provisioned_concurrency_max: int, provisioned_concurrency: int
) -> Iterator[Finding]:
    least, most = provisioned_concurrency, provisioned_concurrency_max
    if most and (not least or most <= least):
        why = f"should be more than provisionedConcurrency, which is {least}"
        yield Finding(why=why, examples=(least + 1,) if least else (0,))


def snapshot_excludes_provisioned_concurrency(
    enable_snap_start: bool, provisioned_concurrency: int
) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes"""
    if enable_snap_start and provisioned_concurrency:
        yield Finding(why="cannot be combined with provisionedConcurrency")


def snapshot_has_little_storage(
    enable_snap_start: bool, ephemeral_storage_mib: int
) -> Iterator[Finding]:
    """The same page."""
    if enable_snap_start and ephemeral_storage_mib > 512:
        yield Finding(why="cannot be combined with more than 512 MiB of ephemeralStorageMib")


RULES: OptionRules = {
    "runtime": (runtime_loads_pillow,),
    "reserved_concurrency": (reserved_concurrency_covers_the_queue,),
    "provisioned_concurrency": (provisioned_concurrency_is_reserved,),
    "extra_layer_arns": (extra_layers_are_in_the_region,),
    "extra_policy_arns": (extra_policies_are_in_the_partition,),
    "provisioned_concurrency_max": (provisioned_concurrency_scales_up,),
    "enable_snap_start": (snapshot_excludes_provisioned_concurrency, snapshot_has_little_storage),
}
