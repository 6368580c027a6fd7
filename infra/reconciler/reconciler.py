"""The function that compares uploads with their records, and the clock that invokes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra.config.options import Settings
from infra.functions.function_spec import FunctionSpec, logging_config
from infra.functions.packaging import build_function
from infra.functions.processor import Processor
from infra.functions.role import FunctionRole, FunctionRoleArgs, running_grants
from infra.intake.intake import Intake
from infra.network.join import network_grants
from infra.reconciler.environment import reconciler_environment
from infra.reconciler.grants import reconciler_grants
from infra.reconciler.upload_inventory import UploadInventory
from infra.results.results import Results
from infra.stack import iam
from infra.stack.context import StackContext
from infra.stack.naming import log_group_name

HANDLER = "handler.reconciler.app.lambda_handler"

MEMORY_MIB = 512
"""Several times what it needs: with it comes the share of a processor that reads the answers."""

TIMEOUT_SECONDS = 300
"""A thousand versions take about a second, and as much again for each ten that are handed back."""


@dataclass(frozen=True, kw_only=True)
class ReconcilerArgs:
    """Inputs of `Reconciler`."""

    physical_name: pulumi.Input[str]
    """Names the role, the log group and the rule. Pulumi names the function itself."""
    code: pulumi.Archive
    layer_arn: pulumi.Input[str]
    """Holds what the handler logs with."""
    environment: Mapping[str, pulumi.Input[str]]
    grants: pulumi.Input[Sequence[iam.Statement]]
    """What it may do, beside writing logs and traces."""
    account_id: pulumi.Input[str]
    tags: Mapping[str, str]
    every_hours: int = 24
    """How often it runs, 1-168."""
    function: FunctionSpec = field(default_factory=FunctionSpec)
    """Of the function that it hands uploads to. Its size and concurrency do not matter here."""
    kms_key_arn: pulumi.Input[str] | None = None
    former_kms_key_arn: pulumi.Input[str | None] = None
    """Decrypts older data."""

    @staticmethod
    def from_settings(
        settings: Settings,
        context: StackContext,
        intake: Intake,
        results: Results,
        processor: Processor,
        inventory: UploadInventory | None,
    ) -> "ReconcilerArgs":
        """Inputs of the stack's reconciler."""
        function = processor.reference
        return ReconcilerArgs(
            physical_name=context.names.of("reconciler"),
            code=pulumi.FileArchive(str(build_function())),
            layer_arn=processor.layer_arn,
            environment=reconciler_environment(settings, intake, results, function, inventory),
            grants=pulumi.Output.all(
                reconciler_grants(intake, results, function, inventory),
                network_grants(settings, context.account),
            ).apply(lambda parts: [*parts[0], *parts[1]]),
            account_id=context.account.account_id,
            every_hours=settings.reconcile_every_hours,
            function=processor.spec,
            kms_key_arn=context.kms_key_arn,
            former_kms_key_arn=context.former_kms_key_arn,
            tags=context.tags,
        )


class Reconciler(pulumi.ComponentResource):
    """Lambda function that a schedule invokes.

    Creates: the log group, a `FunctionRole`, the function, the rule, its target and the permission.
    Outputs: the function and the log group.
    """

    function: aws.lambda_.Function
    log_group: aws.cloudwatch.LogGroup

    def __init__(
        self, name: str, args: ReconcilerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Reconciler", name, None, opts)
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
                policy_name="reconciler",
                grants=self._grants(args),
                tags=args.tags,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.function = self._function(name, args, role)
        self._schedule(name, args)
        self.register_outputs(
            {"function_arn": self.function.arn, "log_group_arn": self.log_group.arn}
        )

    def _grants(self, args: ReconcilerArgs) -> pulumi.Output[list[iam.Statement]]:
        keys = (args.kms_key_arn, args.former_kms_key_arn)
        own = running_grants(self.log_group.arn, keys, is_traced=args.function.tracing)
        return pulumi.Output.all(own, args.grants).apply(lambda parts: [*parts[0], *parts[1]])

    def _function(
        self, name: str, args: ReconcilerArgs, role: FunctionRole
    ) -> aws.lambda_.Function:
        spec = args.function
        return aws.lambda_.Function(
            f"{name}-function",
            description="Compares uploads with their records",
            handler=HANDLER,
            code=args.code,
            layers=[args.layer_arn],
            role=role.role.arn,
            runtime=spec.runtime,
            architectures=[spec.architecture],
            memory_size=MEMORY_MIB,
            timeout=TIMEOUT_SECONDS,
            environment={"variables": args.environment},
            kms_key_arn=args.kms_key_arn,
            logging_config=logging_config(spec.log_format, self.log_group.name),
            tracing_config={"mode": "Active" if spec.tracing else "PassThrough"},
            vpc_config=spec.vpc_config,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role]),
        )

    def _schedule(self, name: str, args: ReconcilerArgs) -> None:
        child = pulumi.ResourceOptions(parent=self)
        rule = aws.cloudwatch.EventRule(
            f"{name}-rule",
            name=args.physical_name,
            description="When uploads are compared with their records",
            schedule_expression=rate(args.every_hours),
            tags=args.tags,
            opts=child,
        )
        permission = aws.lambda_.Permission(
            f"{name}-permission",
            action="lambda:InvokeFunction",
            function=self.function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            # https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
            source_account=args.account_id,
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            arn=self.function.arn,
            # An invocation by hand can ask for something else.
            input="{}",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )


def rate(every_hours: int) -> str:
    """A schedule as EventBridge writes it.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    """
    return "rate(1 hour)" if every_hours == 1 else f"rate({every_hours} hours)"
