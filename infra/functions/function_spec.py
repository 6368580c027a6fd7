"""The size, surroundings and event source of a function, checked by infra/config/options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi
import pulumi_aws as aws

from handler.contract import MIB_PER_PROCESSOR, LogFormat, LogLevel
from infra.config.options import Settings
from infra.stack.naming import content_id
from infra.stack.references import QueueRef


@dataclass(frozen=True, kw_only=True)
class RuntimeSpec:
    """Surroundings that all functions of a stack share."""

    runtime: str = "python3.13"
    """The layer must be built for it."""
    architecture: str = "arm64"
    """arm64 or x86_64; the layer must be built for it."""
    tracing: bool = False
    log_format: LogFormat = LogFormat.JSON
    """Format of Lambda's own lines: json or text."""
    log_retention_days: int = 30
    vpc_config: aws.lambda_.FunctionVpcConfigArgsDict | None = None
    """None: Lambda's own network. Otherwise the function's `grants` must let its role join it."""


@dataclass(frozen=True, kw_only=True)
class FunctionSpec(RuntimeSpec):
    """The handler's size and surroundings."""

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
    extra_layer_arns: Sequence[pulumi.Input[str]] = ()
    extra_policy_arns: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    """Managed policies in addition to the role's own one, by names that their attachments keep."""

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
            extra_policy_arns={content_id(arn): arn for arn in settings.extra_policy_arns},
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
    mapping: str = "event-source"
    """Name of the mapping: another one for each queue, as a function has one mapping to a queue."""

    @staticmethod
    def from_settings(settings: Settings, queue: QueueRef | None) -> "EventSource | None":
        """The stack's queue as its function consumes it; None without a queue."""
        if queue is None:
            return None
        mapping = "existing-event-source" if settings.existing_queue_arn else "event-source"
        return replace(EventSource.of(settings, queue.arn), mapping=mapping)

    @staticmethod
    def of(settings: Settings, queue_arn: pulumi.Input[str]) -> "EventSource":
        """A queue as the stack's function consumes it."""
        return EventSource(
            queue_arn=queue_arn,
            batch_size=settings.batch_size,
            batch_window_seconds=settings.batch_window_seconds,
            max_concurrency=settings.max_concurrency,
        )


def logging_config(
    log_format: LogFormat, log_group: pulumi.Input[str]
) -> aws.lambda_.FunctionLoggingConfigArgsDict:
    """How Lambda formats its own lines.

    The handler's are JSON already, which Lambda leaves as they are. It drops those below a level
    that it is given, and takes all without a key `level` for INFO, so that it gets the lowest:
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
