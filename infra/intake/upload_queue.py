"""The queue of upload events, and the EventBridge rule that sends events to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra.config import limits
from infra.intake.key_filter import KeyFilter, event_pattern
from infra.stack import iam
from infra.stack.senders import Sender, allow_senders


@dataclass(frozen=True, kw_only=True)
class UploadQueueArgs:
    """Inputs of `UploadQueue`."""

    queue_name: pulumi.Input[str]
    bucket_name: pulumi.Input[str]
    account_id: pulumi.Input[str]
    senders: Sequence[Sender]
    """The services that may send to the queue."""
    event_rule_name: pulumi.Input[str]
    """Name of the rule that sends events to the queue, if they come through EventBridge."""
    consumer_timeout_seconds: int
    """Time limit of one invocation, 1-900 s; messages stay hidden for six times as long."""
    tags: Mapping[str, str]
    dead_letter_queue_arn: pulumi.Input[str] | None = None
    """None: messages that fail are redelivered until they expire."""
    through_eventbridge: bool = False
    """Whether events come through EventBridge, and not directly from S3."""
    keys: KeyFilter = field(default_factory=KeyFilter)
    max_receive_count: int = 5
    """Deliveries of a message before it is dead-lettered, 1-1000; AWS advises at least five.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    batch_window_seconds: int = 0
    """Batching window of the consumer, 0-300 s."""
    retention_days: int = 4
    """Retention of messages, 1-13 days."""
    kms_key_arn: pulumi.Input[str] | None = None
    protect: bool = False


class UploadQueue(pulumi.ComponentResource):
    """A queue of the events of new objects in a bucket.

    Creates the queue and its policy; for events through EventBridge, a rule and its target.
    Outputs: `queue`, and `delivery`, after which the bucket may send events.
    """

    queue: aws.sqs.Queue
    delivery: pulumi.Resource

    def __init__(
        self, name: str, args: UploadQueueArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:UploadQueue", name, None, opts)
        self.queue = aws.sqs.Queue(
            f"{name}-queue",
            name=args.queue_name,
            visibility_timeout_seconds=limits.VISIBILITY_TIMEOUTS * args.consumer_timeout_seconds
            + args.batch_window_seconds,
            message_retention_seconds=args.retention_days * limits.DAY_SECONDS,
            redrive_policy=_redrive_policy(args),
            kms_master_key_id=args.kms_key_arn,
            sqs_managed_sse_enabled=True if args.kms_key_arn is None else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        policy = self._policy(name, args)
        self.delivery = self._route(name, args, policy) if args.through_eventbridge else policy
        self.register_outputs({"queue_arn": self.queue.arn})

    def _route(
        self, name: str, args: UploadQueueArgs, policy: aws.sqs.QueuePolicy
    ) -> aws.cloudwatch.EventTarget:
        """Route the bucket's events from EventBridge to the queue."""
        rule = aws.cloudwatch.EventRule(
            f"{name}-rule",
            name=args.event_rule_name,
            description="Objects created in the upload bucket",
            event_pattern=pulumi.Output.json_dumps(
                pulumi.Output.from_input(args.bucket_name).apply(
                    lambda bucket_name: event_pattern(bucket_name, args.keys)
                )
            ),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return aws.cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            arn=self.queue.arn,
            # EventBridge drops what it cannot deliver in a day, unless the target has a dead-letter
            # queue.
            dead_letter_config=(
                None if args.dead_letter_queue_arn is None else {"arn": args.dead_letter_queue_arn}
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )

    def _policy(self, name: str, args: UploadQueueArgs) -> aws.sqs.QueuePolicy:
        accepted = allow_senders(args.senders, self.queue.arn, args.account_id, "sqs:SendMessage")
        return aws.sqs.QueuePolicy(
            f"{name}-queue-policy",
            queue_url=self.queue.url,
            policy=pulumi.Output.json_dumps(
                pulumi.Output.all(self.queue.arn, accepted).apply(
                    lambda inputs: iam.document(*inputs[1], iam.deny_plain_http("sqs", inputs[0]))
                )
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _redrive_policy(args: UploadQueueArgs) -> pulumi.Input[str]:
    if args.dead_letter_queue_arn is None:
        # The provider keeps the present value even so, but would also keep it without.
        # See docs/live-changes.md for how to clear it.
        return ""
    # Without spaces, as SQS returns it: otherwise each preview would show a change.
    return pulumi.Output.json_dumps(
        {
            "deadLetterTargetArn": args.dead_letter_queue_arn,
            "maxReceiveCount": args.max_receive_count,
        },
        separators=(",", ":"),
    )
