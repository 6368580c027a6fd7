"""The function that compares uploads with their records, and its schedule."""

from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra.config.options import Settings
from infra.functions.environment_size import fitting_environment
from infra.functions.function_spec import RuntimeSpec
from infra.functions.lambda_function import (
    LambdaFunction,
    LambdaFunctionArgs,
    LambdaFunctionSpec,
    create_log_group,
)
from infra.functions.packaging import build_function
from infra.functions.processor import Processor
from infra.intake.intake import Intake
from infra.network.join import network_grants
from infra.reconciler.environment import reconciler_environment
from infra.reconciler.grants import reconciler_grants
from infra.reconciler.upload_inventory import UploadInventory
from infra.results.results import Results
from infra.stack.context import StackContext
from infra.stack.history import Store, warn_of_former_data

HANDLER = "handler.reconciler.app.lambda_handler"

MEMORY_MIB = 512
"""Several times the memory it needs, as the share of CPU for parsing responses depends on it."""

TIMEOUT_SECONDS = 300
"""A thousand versions take about a second, plus a second for every ten that are requeued."""


@dataclass(frozen=True, kw_only=True)
class ReconcilerArgs(LambdaFunctionArgs):
    """Inputs of `Reconciler`."""

    layer_arn: pulumi.Input[str]
    """Holds the library that the handler logs with."""
    account_id: pulumi.Input[str]
    dead_letter_queue_arn: pulumi.Input[str] | None = None
    """Keeps the event of a scheduled run that failed at each retry; None: it is lost."""
    every_hours: int = 24
    """Interval between runs, 1-168."""
    runtime: RuntimeSpec = field(default_factory=RuntimeSpec)

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
        function, dead_letters = processor.reference, intake.dead_letter_queue
        return ReconcilerArgs(
            physical_name=context.names.of("reconciler"),
            code=pulumi.FileArchive(str(build_function())),
            layer_arn=processor.layer_arn,
            environment=fitting_environment(
                "reconciler",
                reconciler_environment(settings, intake, results, function, inventory),
                settings,
            ),
            grants=pulumi.Output.all(
                reconciler_grants(intake, results, function, inventory),
                network_grants(settings, context.account),
            ).apply(lambda parts: [*parts[0], *parts[1]]),
            account_id=context.account.account_id,
            dead_letter_queue_arn=dead_letters and dead_letters.arn,
            every_hours=settings.reconcile_every_hours,
            runtime=processor.spec,
            kms_key_arn=context.kms_key_arn,
            former_kms_key_arn=context.former_kms_key_arn,
            tags=context.tags,
        )


class Reconciler(pulumi.ComponentResource):
    """A Lambda function that compares uploads with their records on a schedule.

    Creates a `LambdaFunction`, the rule, its target and the permission.
    Outputs: `function` and `log_group`.
    """

    function: aws.lambda_.Function
    log_group: aws.cloudwatch.LogGroup

    def __init__(
        self, name: str, args: ReconcilerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Reconciler", name, None, opts)
        spec = LambdaFunctionSpec(
            description="Compares uploads with their records",
            handler=HANDLER,
            policy_name="reconciler",
            layer_arns=[args.layer_arn],
            runtime=args.runtime,
            memory_mib=MEMORY_MIB,
            timeout_seconds=TIMEOUT_SECONDS,
            dead_letter_queue_arn=args.dead_letter_queue_arn,
        )
        parts = LambdaFunction(name, args, spec, self)
        self.function, self.log_group = parts.function, parts.log_group
        self._schedule(name, args)
        self.register_outputs(
            {"function_arn": self.function.arn, "log_group_arn": self.log_group.arn}
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
            # A manual invocation can pass another payload. The handler ignores this one where it
            # is redriven as a dead letter: handler.events.parsing.
            input="{}",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )


class FormerReconciler(pulumi.ComponentResource):
    """What stays of a reconciler that was switched off: its log group, under the same names.

    Creates the log group.
    """

    def __init__(
        self,
        name: str,
        context: StackContext,
        log_retention_days: int,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("imagepipe:index:Reconciler", name, None, opts)
        log_group = create_log_group(
            name,
            context.names.of("reconciler"),
            log_retention_days,
            kms_key_arn=context.kms_key_arn,
            tags=context.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        warn_of_former_data(self, log_group.name, "gets no more logs")
        self.register_outputs({"log_group_arn": log_group.arn})


def keep_reconciler_logs(
    name: str, settings: Settings, context: StackContext, opts: pulumi.ResourceOptions
) -> None:
    """Keep the log group of a reconciler that was on before."""

    def former() -> None:
        FormerReconciler(name, context, settings.log_retention_days, opts=opts)

    context.former(Store.RECONCILER_LOGS, former)


def rate(every_hours: int) -> str:
    """A schedule in the syntax of EventBridge.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
    """
    return "rate(1 hour)" if every_hours == 1 else f"rate({every_hours} hours)"
