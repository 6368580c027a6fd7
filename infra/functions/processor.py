"""The function that makes variants: its code, its role, its logs, and what feeds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra.config.options import Settings
from infra.config.watermark_files import images_of
from infra.functions.environment import handler_environment
from infra.functions.function_spec import EventSource, FunctionSpec, logging_config
from infra.functions.grants import handler_grants
from infra.functions.packaging import build_function, build_layer
from infra.functions.provisioned_concurrency import (
    ProvisionedConcurrency,
    ProvisionedConcurrencyArgs,
)
from infra.functions.role import FunctionRole, FunctionRoleArgs, running_grants
from infra.intake.intake import Intake
from infra.network.join import network_grants
from infra.results.results import Results
from infra.stack import iam
from infra.stack.context import StackContext
from infra.stack.naming import log_group_name
from infra.stack.references import FunctionRef

HANDLER = "handler.app.lambda_handler"
ALIAS = "live"


@dataclass(frozen=True, kw_only=True)
class ProcessorArgs:
    """Inputs of `Processor`."""

    physical_name: pulumi.Input[str]
    """Names the role, the layer and the log group. Pulumi names the function itself."""
    code: pulumi.Archive
    layer: pulumi.Archive | str
    """What the handler imports beside boto3 (handler/requirements.txt), to be made a layer of; or
    the ARN of a layer version that holds it."""
    environment: Mapping[str, pulumi.Input[str]]
    """What the handler reads at a cold start."""
    grants: pulumi.Input[Sequence[iam.Statement]]
    """What the handler may do, beside consuming its queue and writing logs and traces."""
    tags: Mapping[str, str]
    source: EventSource | None = None
    """None: the function is invoked by something else."""
    function: FunctionSpec = field(default_factory=FunctionSpec)
    kms_key_arn: pulumi.Input[str] | None = None
    former_kms_key_arn: pulumi.Input[str | None] = None
    """Decrypts older data."""

    @staticmethod
    def from_settings(
        settings: Settings,
        context: StackContext,
        intake: Intake,
        results: Results,
        function: FunctionSpec,
    ) -> "ProcessorArgs":
        """Inputs of the stack's handler, whose archives are built.

        Raises:
            PackagingError: when the layer cannot be built.
        """
        archive = build_function(watermarks=images_of(settings.variants))
        return ProcessorArgs(
            physical_name=context.names.of("processor"),
            code=pulumi.FileArchive(str(archive)),
            layer=settings.existing_layer_arn or _built_layer(settings),
            environment=handler_environment(settings, intake, results),
            grants=pulumi.Output.all(
                handler_grants(settings, intake, results),
                network_grants(settings, context.account),
            ).apply(lambda parts: [*parts[0], *parts[1]]),
            source=EventSource.from_settings(settings, intake.queue),
            function=function,
            kms_key_arn=context.kms_key_arn,
            former_kms_key_arn=context.former_kms_key_arn,
            tags=context.tags,
        )


class Processor(pulumi.ComponentResource):
    """Lambda function that a queue feeds.

    Creates: the log group, a `FunctionRole`, the layer, the function, the event source mapping with
        partial batch responses and, if asked, an alias with warm environments.
    Outputs: the function, its layer, its alias if it has one, the role and the log group.
    """

    function: aws.lambda_.Function
    spec: FunctionSpec
    """Its size and surroundings."""
    layer_arn: pulumi.Input[str]
    alias: aws.lambda_.Alias | None
    role: aws.iam.Role
    log_group: aws.cloudwatch.LogGroup

    def __init__(
        self, name: str, args: ProcessorArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Processor", name, None, opts)
        # Left to itself, Lambda makes a log group at the first line and keeps its lines for ever.
        self.log_group = aws.cloudwatch.LogGroup(
            f"{name}-log-group",
            name=log_group_name(args.physical_name),
            retention_in_days=args.function.log_retention_days,
            kms_key_id=args.kms_key_arn,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        role = FunctionRole(
            f"{name}-role",
            FunctionRoleArgs(
                role_name=args.physical_name,
                grants=_grants(args, self.log_group.arn),
                extra_policy_arns=args.function.extra_policy_arns,
                tags=args.tags,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.role = role.role
        self.spec = args.function
        self.layer_arn = self._layer_arn(name, args)
        self.function = self._function(name, args, role)
        self.alias = self._alias(name, args) if args.function.is_published else None
        if args.source is not None:
            self._feed(name, args.source, args.tags)
        self.register_outputs(
            {
                "function_arn": self.function.arn,
                "role_arn": self.role.arn,
                "log_group_arn": self.log_group.arn,
            }
        )

    def _function(self, name: str, args: ProcessorArgs, role: FunctionRole) -> aws.lambda_.Function:
        spec = args.function
        return aws.lambda_.Function(
            f"{name}-function",
            description="Makes variants of uploaded images",
            handler=HANDLER,
            code=args.code,
            layers=[self.layer_arn, *spec.extra_layer_arns],
            role=role.role.arn,
            runtime=spec.runtime,
            architectures=[spec.architecture],
            memory_size=spec.memory_mib,
            timeout=spec.timeout_seconds,
            ephemeral_storage={"size": spec.ephemeral_storage_mib},
            reserved_concurrent_executions=spec.reserved_concurrency or None,
            environment={"variables": args.environment},
            kms_key_arn=args.kms_key_arn,
            logging_config=logging_config(spec.log_format, self.log_group.name),
            tracing_config={"mode": "Active" if spec.tracing else "PassThrough"},
            vpc_config=spec.vpc_config,
            snap_start={"apply_on": "PublishedVersions"} if spec.snap_start else None,
            publish=spec.is_published,
            tags=args.tags,
            # The mapping, made next, is refused while the role cannot read the queue.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role]),
        )

    def _layer_arn(self, name: str, args: ProcessorArgs) -> pulumi.Input[str]:
        if isinstance(args.layer, str):
            return args.layer
        return aws.lambda_.LayerVersion(
            f"{name}-layer",
            layer_name=args.physical_name,
            description="Pillow and what the handler logs with",
            code=args.layer,
            compatible_runtimes=[args.function.runtime],
            compatible_architectures=[args.function.architecture],
            opts=pulumi.ResourceOptions(parent=self),
        ).arn

    def _alias(self, name: str, args: ProcessorArgs) -> aws.lambda_.Alias:
        """What events go to when the latest code cannot be kept warm."""
        spec, child = args.function, pulumi.ResourceOptions(parent=self)
        alias = aws.lambda_.Alias(
            f"{name}-alias",
            name=ALIAS,
            function_name=self.function.name,
            function_version=self.function.version,
            opts=child,
        )
        if spec.provisioned_concurrency:
            warm = ProvisionedConcurrencyArgs(
                function_name=self.function.name,
                alias_name=alias.name,
                least=spec.provisioned_concurrency,
                most=spec.provisioned_concurrency_max,
                tags=args.tags,
            )
            ProvisionedConcurrency(f"{name}-warm", warm, opts=child)
        return alias

    def _feed(self, name: str, source: EventSource, tags: Mapping[str, str]) -> None:
        """Let the queue invoke the function."""
        aws.lambda_.EventSourceMapping(
            f"{name}-event-source",
            event_source_arn=source.queue_arn,
            function_name=self.reference.invoked_arn,
            batch_size=source.batch_size,
            maximum_batching_window_in_seconds=source.batch_window_seconds,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config={"maximum_concurrency": source.max_concurrency},
            tags=tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    @property
    def reference(self) -> FunctionRef:
        """The function as events invoke it."""
        return FunctionRef(
            name=self.function.name,
            alias_name=self.alias and self.alias.name,
            invoked_arn=self.function.arn if self.alias is None else self.alias.arn,
        )


def _built_layer(settings: Settings) -> pulumi.Archive:
    layer = build_layer(runtime=settings.runtime, architecture=settings.architecture)
    return pulumi.FileArchive(str(layer))


def _grants(
    args: ProcessorArgs, log_group_arn: pulumi.Output[str]
) -> pulumi.Output[list[iam.Statement]]:
    """What any function may do, what one with a queue may, and what the handler may beside."""
    keys = (args.kms_key_arn, args.former_kms_key_arn)
    own = running_grants(log_group_arn, keys, is_traced=args.function.tracing)
    queue_arn = pulumi.Output.from_input(args.source and args.source.queue_arn)
    fed = queue_arn.apply(lambda arn: [iam.consume_queue(arn)] if arn else [])
    return pulumi.Output.all(fed, own, args.grants).apply(
        lambda parts: [statement for part in parts for statement in part]
    )
