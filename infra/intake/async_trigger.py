"""Asynchronous invocation of the function by S3: cheaper by a queue, and less careful."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.config.options import Settings
from infra.intake.intake import Intake
from infra.stack.context import StackContext
from infra.stack.references import FunctionRef


@dataclass(frozen=True, kw_only=True)
class AsyncS3TriggerArgs:
    """Inputs of `AsyncS3Trigger`."""

    bucket_arn: pulumi.Input[str]
    account_id: pulumi.Input[str]
    function_name: pulumi.Input[str]
    alias_name: pulumi.Input[str] | None = None
    failure_queue_arn: pulumi.Input[str] | None = None
    """Where Lambda puts events that it gives up on; None: they are lost."""
    max_retries: int = 2
    """How often Lambda tries again, 0-2.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html"""
    max_event_age_seconds: int = 21_600
    """How long Lambda keeps an event, 60-21600 s; the same page."""

    @staticmethod
    def from_settings(
        settings: Settings, context: StackContext, intake: Intake, function: FunctionRef
    ) -> "AsyncS3TriggerArgs":
        """Inputs of the stack's trigger without a queue."""
        dead_letters = intake.dead_letter_queue
        return AsyncS3TriggerArgs(
            bucket_arn=intake.bucket.arn,
            account_id=context.account.account_id,
            function_name=function.name,
            alias_name=function.alias_name,
            failure_queue_arn=dead_letters and dead_letters.arn,
            max_retries=settings.async_max_retries,
            max_event_age_seconds=settings.async_max_event_age_seconds,
        )


class AsyncS3Trigger(pulumi.ComponentResource):
    """Asynchronous invocations of a function for new objects in a bucket.

    Creates: the permission, and the retries and the destination of failed invocations.
    Outputs: `delivery`, after which the bucket may send events: S3 refuses a function that it may
        not invoke, and no event precedes its retries.
    """

    delivery: Sequence[pulumi.Resource]

    def __init__(
        self, name: str, args: AsyncS3TriggerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:DirectTrigger", name, None, opts)
        permission = aws.lambda_.Permission(
            f"{name}-permission",
            action="lambda:InvokeFunction",
            function=args.function_name,
            qualifier=args.alias_name,
            principal="s3.amazonaws.com",
            source_arn=args.bucket_arn,
            # A bucket's ARN names no account: somebody else may own the bucket later.
            source_account=args.account_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        failures = aws.lambda_.FunctionEventInvokeConfig(
            f"{name}-failures",
            function_name=args.function_name,
            qualifier=args.alias_name,
            maximum_retry_attempts=args.max_retries,
            maximum_event_age_in_seconds=args.max_event_age_seconds,
            destination_config=(
                None
                if args.failure_queue_arn is None
                else {"on_failure": {"destination": args.failure_queue_arn}}
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.delivery = (permission, failures)
        self.register_outputs({})
