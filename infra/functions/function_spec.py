"""What a function is like, and what feeds it: plain values, checked by infra/options."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from handler.contract import MIB_PER_PROCESSOR, LogFormat, LogLevel
from infra.config.options import Settings
from infra.stack.references import QueueRef


@dataclass(frozen=True, kw_only=True)
class FunctionSpec:
    """The function's size and surroundings."""

    runtime: str = "python3.13"
    """The layer must be built for it."""
    architecture: str = "arm64"
    """arm64 or x86_64; the layer must be built for it."""
    memory_mib: int = MIB_PER_PROCESSOR
    """256-10240; so much is one whole processor."""
    timeout_seconds: int = 120
    """10-900."""
    ephemeral_storage_mib: int = 512
    """Size of /tmp, 512-10240."""
    reserved_concurrency: int = 0
    """Set aside for the function and its most at once; 0 means neither."""
    provisioned_concurrency: int = 0
    """Environments kept warm; 0 means none."""
    provisioned_concurrency_max: int = 0
    """How far they scale; 0 means not at all."""
    snap_start: bool = False
    """Not together with provisioned concurrency."""
    tracing: bool = False
    log_format: LogFormat = LogFormat.JSON
    """Of Lambda's own lines: json or text."""
    log_retention_days: int = 30
    extra_layer_arns: Sequence[pulumi.Input[str]] = ()
    extra_policy_arns: Sequence[pulumi.Input[str]] = ()
    """Managed policies beside the role's own one."""
    vpc_config: aws.lambda_.FunctionVpcConfigArgsDict | None = None
    """None: Lambda's own network. Otherwise `ProcessorArgs.grants` must let the role join it."""

    @staticmethod
    def from_settings(
        settings: Settings, vpc_config: aws.lambda_.FunctionVpcConfigArgsDict | None
    ) -> "FunctionSpec":
        """The size and surroundings that the stack chose."""
        return FunctionSpec(
            runtime=settings.runtime,
            architecture=settings.architecture,
            memory_mib=settings.memory_mib,
            timeout_seconds=settings.timeout_seconds,
            ephemeral_storage_mib=settings.ephemeral_storage_mib,
            reserved_concurrency=settings.reserved_concurrency,
            provisioned_concurrency=settings.provisioned_concurrency,
            provisioned_concurrency_max=settings.provisioned_concurrency_max,
            snap_start=settings.enable_snap_start,
            tracing=settings.enable_xray,
            log_format=settings.log_format,
            log_retention_days=settings.log_retention_days,
            extra_layer_arns=settings.extra_layer_arns,
            extra_policy_arns=settings.extra_policy_arns,
            vpc_config=vpc_config,
        )

    @property
    def is_published(self) -> bool:
        """Whether events go to an alias of a published version, and not to the latest code."""
        return self.snap_start or self.provisioned_concurrency > 0


@dataclass(frozen=True, kw_only=True)
class EventSource:
    """The queue that feeds the function."""

    queue_arn: pulumi.Input[str]
    batch_size: int = 5
    """Messages that an invocation gets at most: few, because images are slow and a batch shares one
    time limit; more than one, because a busy queue then needs fewer invocations."""
    batch_window_seconds: int = 0
    """How long to wait for a full batch, 0-300."""
    max_concurrency: int = 10
    """How many invocations the queue causes at once, 2-1000."""

    @staticmethod
    def from_settings(settings: Settings, queue: QueueRef | None) -> "EventSource | None":
        """The stack's queue as its function consumes it; None without a queue."""
        if queue is None:
            return None
        return EventSource(
            queue_arn=queue.arn,
            batch_size=settings.batch_size,
            batch_window_seconds=settings.batch_window_seconds,
            max_concurrency=settings.max_concurrency,
        )


def logging_config(
    log_format: LogFormat, log_group: pulumi.Input[str]
) -> aws.lambda_.FunctionLoggingConfigArgsDict:
    """What becomes of Lambda's own lines.

    The handler's are JSON already, which Lambda leaves as they are. It drops those below a level
    that it is told, and takes all without a key `level` for INFO, so that it is told the lowest:
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    """
    if log_format == LogFormat.TEXT:
        return {"log_format": "Text", "log_group": log_group}
    return {
        "log_format": "JSON",
        "application_log_level": LogLevel.DEBUG.value,
        "system_log_level": "INFO",
        "log_group": log_group,
    }
