"""The function that renders variants: its code, role, logs and event source."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra.config.options import Settings
from infra.config.watermark_files import images_of
from infra.functions.environment import handler_environment
from infra.functions.environment_size import fitting_environment
from infra.functions.function_spec import EventSource, FunctionSpec
from infra.functions.grants import handler_grants
from infra.functions.lambda_function import (
    LambdaFunction,
    LambdaFunctionArgs,
    LambdaFunctionSpec,
)
from infra.functions.packaging import build_function, build_layer
from infra.functions.provisioned_concurrency import (
    ProvisionedConcurrency,
    ProvisionedConcurrencyArgs,
)
from infra.intake.intake import Intake
from infra.network.join import network_grants
from infra.results.results import Results
from infra.stack.context import StackContext
from infra.stack.references import FunctionRef

HANDLER = "handler.app.lambda_handler"
ALIAS = "live"


@dataclass(frozen=True, kw_only=True)
class ProcessorArgs(LambdaFunctionArgs):
    """Inputs of `Processor`."""

    layer: pulumi.Archive | str
    """Archive of the packages in handler/requirements.txt, from which a layer is created; or
    the ARN of a layer version that contains them."""
    source: EventSource | None = None
    """None: the function is invoked by something else."""
    former_source: pulumi.Input[EventSource | None] = None
    """A queue that gets no more events, and is consumed until it is deleted."""
    function: FunctionSpec = field(default_factory=FunctionSpec)

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
            environment=fitting_environment(
                "processor", handler_environment(settings, intake, results), settings
            ),
            grants=pulumi.Output.all(
                handler_grants(settings, intake, results),
                network_grants(settings, context.account),
            ).apply(lambda parts: [*parts[0], *parts[1]]),
            source=EventSource.from_settings(settings, intake.queue),
            former_source=intake.former_queue_arn.apply(
                lambda arn: EventSource.of(settings, arn) if arn else None
            ),
            function=function,
            kms_key_arn=context.kms_key_arn,
            former_kms_key_arn=context.former_kms_key_arn,
            tags=context.tags,
        )


class Processor(pulumi.ComponentResource):
    """The Lambda function that renders variants, usually from a queue.

    Creates a `LambdaFunction` and its layer; with a queue, the event source mapping with partial
        batch responses; optionally an alias with `ProvisionedConcurrency`.
    Outputs: `function`, `layer_arn`, `alias`, `role` and `log_group`.
    """

    function: aws.lambda_.Function
    spec: FunctionSpec
    """The function's runtime settings."""
    layer_arn: pulumi.Input[str]
    alias: aws.lambda_.Alias | None
    role: aws.iam.Role
    log_group: aws.cloudwatch.LogGroup

    def __init__(
        self, name: str, args: ProcessorArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Processor", name, None, opts)
        self.layer_arn = self._layer_arn(name, args)
        parts = LambdaFunction(name, args, self._spec(args), self)
        self.function, self.role, self.log_group = parts.function, parts.role, parts.log_group
        self.spec = args.function
        self.alias = self._alias(name, args) if args.function.is_published else None
        if args.source is not None:
            self._feed(name, args.source, args.tags)
        pulumi.Output.from_input(args.former_source).apply(
            lambda former: former and self._feed(name, former, args.tags)
        )
        self.register_outputs(
            {
                "function_arn": self.function.arn,
                "role_arn": self.role.arn,
                "log_group_arn": self.log_group.arn,
            }
        )

    def _spec(self, args: ProcessorArgs) -> LambdaFunctionSpec:
        function = args.function
        return LambdaFunctionSpec(
            description="Makes variants of uploaded images",
            handler=HANDLER,
            policy_name="processor",
            layer_arns=[self.layer_arn, *function.extra_layer_arns],
            runtime=function,
            memory_mib=function.memory_mib,
            timeout_seconds=function.timeout_seconds,
            ephemeral_storage_mib=function.ephemeral_storage_mib,
            reserved_concurrency=function.reserved_concurrency or None,
            snap_start=function.snap_start,
            publish=function.is_published,
            queue_arns=pulumi.Output.all(
                args.source and args.source.queue_arn,
                pulumi.Output.from_input(args.former_source).apply(
                    lambda former: former and former.queue_arn
                ),
            ).apply(lambda arns: [arn for arn in arns if arn]),
            extra_policy_arns=function.extra_policy_arns,
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
        """Publish a version and an alias of it, as $LATEST cannot have provisioned concurrency."""
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
            f"{name}-{source.mapping}",
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
        """The function and the ARN that event sources invoke."""
        return FunctionRef(
            name=self.function.name,
            alias_name=self.alias and self.alias.name,
            invoked_arn=self.function.arn if self.alias is None else self.alias.arn,
        )


def _built_layer(settings: Settings) -> pulumi.Archive:
    layer = build_layer(runtime=settings.runtime, architecture=settings.architecture)
    return pulumi.FileArchive(str(layer))
