"""The runtime settings and event source of a function; infra/config/options checks them."""

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
    """Runtime settings that all functions of a stack share."""

    runtime: str = "python3.13"
    """Lambda runtime; the layer must be built for it."""
    architecture: str = "arm64"
    """arm64 or x86_64; the layer must be built for it."""
    tracing: bool = False
    log_format: LogFormat = LogFormat.JSON
    """Format of Lambda's own lines: json or text."""
    log_retention_days: int = 30
    vpc_config: aws.lambda_.FunctionVpcConfigArgsDict | None = None
    """None: outside a VPC. Otherwise `grants` must include those of `infra.network`."""


@dataclass(frozen=True, kw_only=True)
class FunctionSpec(RuntimeSpec):
    """Runtime settings of the handler."""

    memory_mib: int = MIB_PER_PROCESSOR
    """256-10240; the default is one whole vCPU."""
    timeout_seconds: int = 120
    """10-900."""
    ephemeral_storage_mib: int = 512
    """Size of /tmp, 512-10240."""
    reserved_concurrency: int = 0
    """Concurrency that is reserved for the function and limits it; 0 means none."""
    provisioned_concurrency: int = 0
    """Execution environments that are kept initialised; 0 means none."""
    provisioned_concurrency_max: int = 0
    """Maximum of auto scaling; 0 means no scaling."""
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
        """The handler's runtime settings in the stack's configuration."""
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
        """Whether events invoke an alias of a published version, and not $LATEST."""
        return self.snap_start or self.provisioned_concurrency > 0


@dataclass(frozen=True, kw_only=True)
class EventSource:
    """The queue that invokes the function, and its batches."""

    queue_arn: pulumi.Input[str]
    batch_size: int = 5
    """Maximum of messages in an invocation: few, because images are slow and a batch shares one
    timeout; more than one, because a busy queue then needs fewer invocations."""
    batch_window_seconds: int = 0
    """Batching window, 0-300."""
    max_concurrency: int = 10
    """Maximum concurrency of the event source mapping, 2-1000."""
    mapping: str = "event-source"
    """Name of the mapping: another one for each queue, as a function has one mapping to a queue."""

    @staticmethod
    def from_settings(settings: Settings, queue: QueueRef | None) -> "EventSource | None":
        """The event source of the stack's queue; None without a queue."""
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
    """Return the format and level of Lambda's own lines.

    The handler's lines are JSON already, which Lambda does not change. Lambda drops lines below the
    configured level, and treats lines without a key `level` as INFO, so the lowest level is set:
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
