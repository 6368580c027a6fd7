"""The queue that the events of uploads wait in, and how they get there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra import limits, policies
from infra.filters import KeyFilter, event_pattern


@dataclass(frozen=True, kw_only=True)
class UploadQueueArgs:
    """Inputs of `UploadQueue`."""

    queue_name: pulumi.Input[str]
    bucket_name: pulumi.Input[str]
    bucket_arn: pulumi.Input[str]
    account_id: pulumi.Input[str]
    consumer_timeout_seconds: int
    """Time limit of one invocation, 1-900 s; messages stay hidden for six times as long."""
    tags: Mapping[str, str]
    dead_letter_queue_arn: pulumi.Input[str] | None = None
    """None: messages that fail come back until they expire."""
    event_rule_name: pulumi.Input[str] | None = None
    """Events come through EventBridge, by a rule of this name; None: straight from S3."""
    keys: KeyFilter = field(default_factory=KeyFilter)
    max_receive_count: int = 5
    """Deliveries of a message before it is dead-lettered, 1-1000; AWS advises at least five.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    batch_window_seconds: int = 0
    """How long the consumer waits for a full batch, 0-300 s."""
    retention_days: int = 4
    """How long an event waits for a consumer that cannot run, 1-13 days."""
    kms_key_arn: pulumi.Input[str] | None = None
    protect: bool = False


class UploadQueue(pulumi.ComponentResource):
    """Queue of the events that tell of new objects in a bucket.

    Creates: the queue, its policy, the bucket's notification and, through EventBridge, a rule and
        its target.
    Outputs: `queue`.
    """

    queue: aws.sqs.Queue

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
        if args.event_rule_name is None:
            self._notify(name, args)
        else:
            self._route(name, args, args.event_rule_name)
        self.register_outputs({"queue_arn": self.queue.arn})

    def _notify(self, name: str, args: UploadQueueArgs) -> None:
        """S3 sends to the queue itself."""
        policy = self._policy(
            name,
            pulumi.Output.all(self.queue.arn, args.bucket_arn, args.account_id).apply(
                lambda ids: policies.accept_events(*ids)
            ),
        )
        aws.s3.BucketNotification(
            f"{name}-notification",
            bucket=args.bucket_name,
            queues=notification_rules(self.queue.arn, args.keys),
            # S3 sends a test event at once and refuses a queue that does not let it.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )

    def _route(self, name: str, args: UploadQueueArgs, rule_name: pulumi.Input[str]) -> None:
        """S3 tells EventBridge, whose rule sends to the queue."""
        child = pulumi.ResourceOptions(parent=self)
        rule = aws.cloudwatch.EventRule(
            f"{name}-rule",
            name=rule_name,
            description="Objects created in the upload bucket",
            event_pattern=pulumi.Output.json_dumps(
                pulumi.Output.from_input(args.bucket_name).apply(
                    lambda bucket_name: event_pattern(bucket_name, args.keys)
                )
            ),
            tags=args.tags,
            opts=child,
        )
        policy = self._policy(
            name,
            pulumi.Output.all(self.queue.arn, rule.arn, args.account_id).apply(
                lambda ids: policies.accept_routed_events(*ids)
            ),
        )
        target = aws.cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            arn=self.queue.arn,
            # What EventBridge cannot deliver in a day it drops, unless it has a queue to put it in.
            dead_letter_config=(
                None if args.dead_letter_queue_arn is None else {"arn": args.dead_letter_queue_arn}
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        aws.s3.BucketNotification(
            f"{name}-notification",
            bucket=args.bucket_name,
            eventbridge=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[target]),
        )

    def _policy(self, name: str, sender: pulumi.Output[policies.Statement]) -> aws.sqs.QueuePolicy:
        return aws.sqs.QueuePolicy(
            f"{name}-queue-policy",
            queue_url=self.queue.url,
            policy=pulumi.Output.json_dumps(
                pulumi.Output.all(self.queue.arn, sender).apply(
                    lambda inputs: policies.document(
                        inputs[1], policies.deny_plain_http("sqs", inputs[0])
                    )
                )
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


def notification_rules(
    queue_arn: pulumi.Input[str], keys: KeyFilter
) -> Sequence[aws.s3.BucketNotificationQueueArgsDict]:
    """One rule for each pair of a prefix and a suffix: S3 takes one of each in a rule."""
    return [
        {
            "queue_arn": queue_arn,
            "events": keys.events,
            "filter_prefix": prefix or None,
            "filter_suffix": suffix or None,
        }
        for prefix, suffix in keys.pairs()
    ]


def _redrive_policy(args: UploadQueueArgs) -> pulumi.Output[str] | None:
    if args.dead_letter_queue_arn is None:
        return None
    # Without blanks, as SQS gives it back: otherwise each preview would show a change.
    return pulumi.Output.json_dumps(
        {
            "deadLetterTargetArn": args.dead_letter_queue_arn,
            "maxReceiveCount": args.max_receive_count,
        },
        separators=(",", ":"),
    )
