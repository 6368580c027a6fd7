"""The notification of the upload bucket: one resource for every kind of destination."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra.config.options import Settings
from infra.config.options.trigger import Trigger
from infra.intake.async_trigger import AsyncS3Trigger
from infra.intake.intake import Intake
from infra.intake.key_filter import KeyFilter, s3_filter_value
from infra.stack.references import FunctionRef


@dataclass(frozen=True, kw_only=True)
class UploadNotificationArgs:
    """Inputs of `UploadNotification`, with one of the three destinations."""

    bucket_name: pulumi.Input[str]
    keys: KeyFilter = field(default_factory=KeyFilter)
    queue_arn: pulumi.Input[str] | None = None
    function_arn: pulumi.Input[str] | None = None
    """ARN of the function, or of its alias."""
    eventbridge: bool = False
    """All events go to EventBridge, whose rules filter keys."""
    depends_on: Sequence[pulumi.Resource] = ()
    """The resources that let the destination accept events: S3 sends a test event at once, and
    refuses a destination that does not accept it.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html"""
    former_urns: Sequence[pulumi.Input[str]] = ()
    """URNs that the notification had in earlier versions of this program."""

    @staticmethod
    def from_settings(
        settings: Settings,
        pipeline_urn: pulumi.Output[str],
        intake: Intake,
        function: FunctionRef,
        direct: AsyncS3Trigger | None,
    ) -> "UploadNotificationArgs | None":
        """Inputs of the stack's notification; None where the owner of an existing queue sets it."""
        if direct is None and intake.delivery is None:
            return None
        through_eventbridge = settings.trigger is Trigger.EVENTBRIDGE
        to_queue = direct is None and not through_eventbridge
        return UploadNotificationArgs(
            bucket_name=intake.bucket.name,
            keys=KeyFilter.from_settings(settings),
            queue_arn=intake.queue.arn if intake.queue and to_queue else None,
            function_arn=function.invoked_arn if direct else None,
            eventbridge=through_eventbridge,
            depends_on=[*(direct.delivery if direct else ()), *filter(None, (intake.delivery,))],
            former_urns=former_notification_urns(pipeline_urn),
        )


class UploadNotification(pulumi.ComponentResource):
    """The destination of the upload bucket's events.

    A bucket has one notification configuration, and its deletion empties that configuration: with a
    resource for each trigger, a change of trigger would create one and then delete the other, and
    end with no events at all. So every trigger updates this one resource in place.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html

    Creates the bucket's notification.
    """

    def __init__(
        self, name: str, args: UploadNotificationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:UploadNotification", name, None, opts)
        aws.s3.BucketNotification(
            f"{name}-configuration",
            bucket=args.bucket_name,
            eventbridge=args.eventbridge or None,
            queues=_queue_rules(args) or None,
            lambda_functions=_function_rules(args) or None,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[*args.depends_on], aliases=[*args.former_urns]
            ),
        )
        self.register_outputs({})


def _queue_rules(args: UploadNotificationArgs) -> Sequence[aws.s3.BucketNotificationQueueArgsDict]:
    """One rule for each pair of a prefix and a suffix: S3 allows one of each in a rule."""
    if args.queue_arn is None:
        return []
    return [
        {
            "queue_arn": args.queue_arn,
            "events": args.keys.events,
            "filter_prefix": s3_filter_value(prefix) or None,
            "filter_suffix": s3_filter_value(suffix) or None,
        }
        for prefix, suffix in args.keys.pairs()
    ]


def _function_rules(
    args: UploadNotificationArgs,
) -> Sequence[aws.s3.BucketNotificationLambdaFunctionArgsDict]:
    """The same rules for a function."""
    if args.function_arn is None:
        return []
    return [
        {
            "lambda_function_arn": args.function_arn,
            "events": args.keys.events,
            "filter_prefix": s3_filter_value(prefix) or None,
            "filter_suffix": s3_filter_value(suffix) or None,
        }
        for prefix, suffix in args.keys.pairs()
    ]


def former_notification_urns(pipeline_urn: pulumi.Output[str]) -> Sequence[pulumi.Output[str]]:
    """URNs of the notification before 0.1.0, when each trigger had one of its own.

    A stack deployed with one of them keeps it under the new name: to delete it would empty the
    bucket's configuration after it was written.
    """
    return [
        pipeline_urn.apply(
            lambda urn: _former_urn(urn, "Intake$imagepipe:index:UploadQueue", "intake-uploads")
        ),
        pipeline_urn.apply(lambda urn: _former_urn(urn, "DirectTrigger", "direct")),
    ]


def _former_urn(pipeline_urn: str, components: str, role: str) -> str:
    """URN of the notification that a component inside the pipeline had."""
    types, _, name = pipeline_urn.rpartition("::")
    types = f"{types}$imagepipe:index:{components}$aws:s3/bucketNotification:BucketNotification"
    return f"{types}::{name}-{role}-notification"
