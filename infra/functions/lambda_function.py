"""The log group, role and function that `Processor` and `Reconciler` have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra.functions.function_spec import RuntimeSpec, logging_config
from infra.functions.role import FunctionRole, FunctionRoleArgs, running_grants
from infra.stack import iam
from infra.stack.naming import log_group_name


@dataclass(frozen=True, kw_only=True)
class LambdaFunctionArgs:
    """Inputs that the components of functions have in common."""

    physical_name: pulumi.Input[str]
    """Names the role and the log group. Pulumi names the function itself."""
    code: pulumi.Archive
    environment: Mapping[str, pulumi.Input[str]]
    """Variables that the function reads at a cold start."""
    grants: pulumi.Input[Sequence[iam.Statement]]
    """Permissions of the code, in addition to logs and traces."""
    tags: Mapping[str, str]
    kms_key_arn: pulumi.Input[str] | None = None
    former_kms_key_arn: pulumi.Input[str | None] = None
    """The key of older data, which the function may decrypt with."""


@dataclass(frozen=True, kw_only=True)
class LambdaFunctionSpec:
    """Properties that differ between functions; None leaves a value to Lambda."""

    description: str
    handler: str
    """The entry point, such as `package.module.function`."""
    policy_name: str
    """Name of the role's inline policy."""
    layer_arns: Sequence[pulumi.Input[str]]
    runtime: RuntimeSpec
    memory_mib: int
    timeout_seconds: int
    ephemeral_storage_mib: int | None = None
    reserved_concurrency: int | None = None
    snap_start: bool = False
    publish: bool | None = None
    queue_arns: pulumi.Input[Sequence[str]] = ()
    """The queues that the function consumes."""
    dead_letter_queue_arn: pulumi.Input[str] | None = None
    """The queue for events of asynchronous invocations whose retries failed; None: they are lost.
    """
    extra_policy_arns: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )


class LambdaFunction:
    """A function with its role and log group, as children of the component that needs it.

    It is not a component, so that the URNs of deployed functions do not change.
    """

    function: aws.lambda_.Function
    role: aws.iam.Role
    log_group: aws.cloudwatch.LogGroup

    def __init__(
        self, name: str, args: LambdaFunctionArgs, spec: LambdaFunctionSpec, parent: pulumi.Resource
    ) -> None:
        child = pulumi.ResourceOptions(parent=parent)
        # Otherwise Lambda creates the log group at the first line, without a retention.
        self.log_group = create_log_group(
            name,
            args.physical_name,
            spec.runtime.log_retention_days,
            kms_key_arn=args.kms_key_arn,
            tags=args.tags,
            opts=child,
        )
        role = FunctionRole(
            f"{name}-role",
            FunctionRoleArgs(
                role_name=args.physical_name,
                policy_name=spec.policy_name,
                grants=_grants(args, spec, self.log_group.arn),
                extra_policy_arns=spec.extra_policy_arns,
                tags=args.tags,
            ),
            opts=child,
        )
        self.role = role.role
        # Invocations fail while the role lacks its policies.
        opts = pulumi.ResourceOptions(parent=parent, depends_on=[role])
        self.function = self._function(f"{name}-function", args, spec, opts)

    def _function(
        self,
        name: str,
        args: LambdaFunctionArgs,
        spec: LambdaFunctionSpec,
        opts: pulumi.ResourceOptions,
    ) -> aws.lambda_.Function:
        runtime, storage_mib = spec.runtime, spec.ephemeral_storage_mib
        return aws.lambda_.Function(
            name,
            description=spec.description,
            handler=spec.handler,
            code=args.code,
            layers=[*spec.layer_arns],
            role=self.role.arn,
            runtime=runtime.runtime,
            architectures=[runtime.architecture],
            memory_size=spec.memory_mib,
            timeout=spec.timeout_seconds,
            ephemeral_storage=None if storage_mib is None else {"size": storage_mib},
            reserved_concurrent_executions=spec.reserved_concurrency,
            environment={"variables": args.environment},
            dead_letter_config=(
                None
                if spec.dead_letter_queue_arn is None
                else {"target_arn": spec.dead_letter_queue_arn}
            ),
            kms_key_arn=args.kms_key_arn,
            logging_config=logging_config(runtime.log_format, self.log_group.name),
            tracing_config={"mode": "Active" if runtime.tracing else "PassThrough"},
            vpc_config=runtime.vpc_config,
            snap_start={"apply_on": "PublishedVersions"} if spec.snap_start else None,
            publish=spec.publish,
            tags=args.tags,
            opts=opts,
        )


def create_log_group(
    name: str,
    physical_name: pulumi.Input[str],
    retention_days: int,
    *,
    kms_key_arn: pulumi.Input[str] | None,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.LogGroup:
    """Create the log group of a function, by the function's names."""
    return aws.cloudwatch.LogGroup(
        f"{name}-log-group",
        name=log_group_name(physical_name),
        retention_in_days=retention_days,
        kms_key_id=kms_key_arn,
        tags=tags,
        opts=opts,
    )


def _grants(
    args: LambdaFunctionArgs, spec: LambdaFunctionSpec, log_group_arn: pulumi.Output[str]
) -> pulumi.Output[list[iam.Statement]]:
    """Return the statements for the queues, logs, traces and keys, and those of the code."""
    keys = (args.kms_key_arn, args.former_kms_key_arn)
    own = running_grants(log_group_arn, keys, is_traced=spec.runtime.tracing)
    consuming = pulumi.Output.from_input(spec.queue_arns).apply(
        lambda arns: [iam.consume_queues(*arns)] if arns else []
    )
    failing = pulumi.Output.from_input(spec.dead_letter_queue_arn).apply(
        lambda arn: [iam.keep_failed_events(arn)] if arn else []
    )
    return pulumi.Output.all(consuming, failing, own, args.grants).apply(
        lambda parts: [statement for part in parts for statement in part]
    )
