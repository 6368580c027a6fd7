"""The function that makes variants: its code, its role, its logs, and what feeds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import policies

HANDLER = "handler.app.lambda_handler"

BATCH_SIZE = 5
"""Messages an invocation gets at most: few, because images are slow and a batch shares one time
limit; more than one, because a busy queue then needs fewer invocations."""


@dataclass(frozen=True, kw_only=True)
class ProcessorArgs:
    """Inputs of `Processor`."""

    physical_name: pulumi.Input[str]
    """Names the role, the layer and the log group. Pulumi names the function itself."""
    runtime: str
    """Such as python3.13; the layer must be built for it."""
    architecture: str
    """arm64 or x86_64; the layer must be built for it."""
    memory_mib: int
    timeout_seconds: int
    max_concurrency: int
    """How many invocations the queue causes at once, 2-1000."""
    log_retention_days: int
    code: pulumi.Archive
    layer: pulumi.Archive
    environment: Mapping[str, pulumi.Input[str]]
    """What the handler reads at a cold start."""
    grants: pulumi.Input[Sequence[policies.Statement]]
    """What the handler may do, beside consuming its queue and writing its logs."""
    queue_arn: pulumi.Input[str]
    tags: Mapping[str, str]
    kms_key_arn: pulumi.Input[str] | None = None


class Processor(pulumi.ComponentResource):
    """Lambda function that a queue feeds.

    Creates: the log group, the role and its one inline policy, the layer, the function, and the
        event source mapping with partial batch responses.
    Outputs: the function, the role and the log group.
    """

    function: aws.lambda_.Function
    role: aws.iam.Role
    log_group: aws.cloudwatch.LogGroup

    def __init__(
        self, name: str, args: ProcessorArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Processor", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        # Left to itself, Lambda makes a log group at the first line and keeps its lines for ever.
        self.log_group = aws.cloudwatch.LogGroup(
            f"{name}-log-group",
            name=log_group_name(args.physical_name),
            retention_in_days=args.log_retention_days,
            kms_key_id=args.kms_key_arn,
            tags=args.tags,
            opts=child,
        )
        self.role = aws.iam.Role(
            f"{name}-role",
            name=args.physical_name,
            assume_role_policy=pulumi.Output.json_dumps(policies.lambda_trust()),
            tags=args.tags,
            opts=child,
        )
        role_policy = aws.iam.RolePolicy(
            f"{name}-role-policy",
            name="processor",
            role=self.role.id,
            policy=_role_policy(args, self.log_group.arn),
            opts=child,
        )
        self.function = self._function(name, args, role_policy)
        aws.lambda_.EventSourceMapping(
            f"{name}-event-source",
            event_source_arn=args.queue_arn,
            function_name=self.function.arn,
            batch_size=BATCH_SIZE,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config={"maximum_concurrency": args.max_concurrency},
            tags=args.tags,
            opts=child,
        )
        self.register_outputs(
            {
                "function_arn": self.function.arn,
                "role_arn": self.role.arn,
                "log_group_arn": self.log_group.arn,
            }
        )

    def _function(
        self, name: str, args: ProcessorArgs, role_policy: aws.iam.RolePolicy
    ) -> aws.lambda_.Function:
        layer = aws.lambda_.LayerVersion(
            f"{name}-layer",
            layer_name=args.physical_name,
            description="Pillow and what the handler logs with",
            code=args.layer,
            compatible_runtimes=[args.runtime],
            compatible_architectures=[args.architecture],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return aws.lambda_.Function(
            f"{name}-function",
            description="Makes variants of uploaded images",
            handler=HANDLER,
            code=args.code,
            layers=[layer.arn],
            role=self.role.arn,
            runtime=args.runtime,
            architectures=[args.architecture],
            memory_size=args.memory_mib,
            timeout=args.timeout_seconds,
            environment={"variables": args.environment},
            # The handler writes JSON lines itself, so the runtime must not wrap them again.
            logging_config={"log_format": "Text", "log_group": self.log_group.name},
            kms_key_arn=args.kms_key_arn,
            tags=args.tags,
            # The mapping, made next, is refused while the role cannot read the queue.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role_policy]),
        )


def log_group_name(physical_name: pulumi.Input[str]) -> pulumi.Output[str]:
    """The log group among those of all functions.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
    """
    return pulumi.Output.concat("/aws/lambda/", physical_name)


def _role_policy(args: ProcessorArgs, log_group_arn: pulumi.Output[str]) -> pulumi.Output[str]:
    arns = pulumi.Output.all(queue=args.queue_arn, logs=log_group_arn, key=args.kms_key_arn)
    own = arns.apply(
        lambda arn: [
            policies.consume_queue(arn["queue"]),
            policies.write_logs(arn["logs"]),
            *([policies.use_key(arn["key"])] if arn["key"] else []),
        ]
    )
    return pulumi.Output.json_dumps(
        pulumi.Output.all(own, args.grants).apply(
            lambda parts: policies.document(*parts[0], *parts[1])
        )
    )
