"""The way in: the bucket for uploads, and the queue that their events wait in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra import limits, policies
from infra.account import Account
from infra.bucket import PrivateBucket, PrivateBucketArgs
from infra.lifecycle import Lifecycle
from infra.naming import PhysicalNames


@dataclass(frozen=True, kw_only=True)
class IntakeArgs:
    """Inputs of `Intake`."""

    names: PhysicalNames
    account: Account
    function_timeout_seconds: int
    """Time limit of the consumer, 1-900 s; messages stay hidden for six times as long."""
    tags: Mapping[str, str]
    dead_letter_queue: bool = True
    """Whether messages that fail again and again are kept, or come back until they expire."""
    max_receive_count: int = 5
    """Deliveries of a message before it is dead-lettered, 1-1000; AWS advises at least five.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    batch_window_seconds: int = 0
    """How long the consumer waits for a full batch, 0-300 s."""
    retention_days: int = 4
    """How long an upload's event waits for a consumer that cannot run, 1-13 days."""
    kms_key_arn: pulumi.Input[str] | None = None
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    """Of the uploads."""
    access_log_bucket: pulumi.Input[str] | None = None
    force_destroy: bool = False
    protect: bool = False
    """Whether Pulumi refuses to delete the bucket and the queues."""


class Intake(pulumi.ComponentResource):
    """Bucket for uploads whose every new object becomes a message in a queue.

    Creates: a `PrivateBucket`, a queue and its policy, a dead-letter queue and its policy (unless
        off), and the bucket's notification.
    Outputs: names and ARNs of the three; those of the dead-letter queue are None when it is off.
    """

    bucket_name: pulumi.Output[str]
    bucket_arn: pulumi.Output[str]
    queue: aws.sqs.Queue
    dead_letter_queue: aws.sqs.Queue | None

    def __init__(
        self, name: str, args: IntakeArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Intake", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        bucket = PrivateBucket(
            f"{name}-uploads",
            PrivateBucketArgs(
                bucket_name=args.names.of("uploads"),
                kms_key_arn=args.kms_key_arn,
                lifecycle=args.lifecycle,
                access_log_bucket=args.access_log_bucket,
                force_destroy=args.force_destroy,
                protect=args.protect,
                tags=args.tags,
            ),
            opts=child,
        )
        self.dead_letter_queue = self._dead_letters(name, args) if args.dead_letter_queue else None
        self.queue = self._queue(name, args, self.dead_letter_queue)
        queue_policy = aws.sqs.QueuePolicy(
            f"{name}-queue-policy",
            queue_url=self.queue.url,
            policy=_queue_policy(self.queue.arn, bucket.arn, args.account.account_id),
            opts=child,
        )
        aws.s3.BucketNotification(
            f"{name}-notification",
            bucket=bucket.name,
            queues=[{"queue_arn": self.queue.arn, "events": ["s3:ObjectCreated:*"]}],
            # S3 sends a test event at once and refuses a queue that does not let it.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[queue_policy]),
        )
        self.bucket_name = bucket.name
        self.bucket_arn = bucket.arn
        self.register_outputs(
            {
                "bucket_name": self.bucket_name,
                "bucket_arn": self.bucket_arn,
                "queue_arn": self.queue.arn,
                "dead_letter_queue_arn": self.dead_letter_queue and self.dead_letter_queue.arn,
            }
        )

    def _queue(
        self, name: str, args: IntakeArgs, dead_letters: aws.sqs.Queue | None
    ) -> aws.sqs.Queue:
        return aws.sqs.Queue(
            f"{name}-queue",
            name=args.names.of("uploads"),
            visibility_timeout_seconds=limits.VISIBILITY_TIMEOUTS * args.function_timeout_seconds
            + args.batch_window_seconds,
            message_retention_seconds=args.retention_days * limits.DAY_SECONDS,
            redrive_policy=_redrive_policy(dead_letters, args.max_receive_count),
            kms_master_key_id=args.kms_key_arn,
            sqs_managed_sse_enabled=True if args.kms_key_arn is None else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )

    def _dead_letters(self, name: str, args: IntakeArgs) -> aws.sqs.Queue:
        queue = aws.sqs.Queue(
            f"{name}-dead-letter-queue",
            name=args.names.of("dead-letters"),
            message_retention_seconds=limits.DEAD_LETTER_RETENTION_SECONDS,
            redrive_allow_policy=_redrive_allow_policy(args),
            kms_master_key_id=args.kms_key_arn,
            sqs_managed_sse_enabled=True if args.kms_key_arn is None else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.sqs.QueuePolicy(
            f"{name}-dead-letter-queue-policy",
            queue_url=queue.url,
            policy=pulumi.Output.json_dumps(
                queue.arn.apply(lambda arn: policies.document(policies.deny_plain_http("sqs", arn)))
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return queue


def _redrive_allow_policy(args: IntakeArgs) -> pulumi.Output[str]:
    """Lets only the upload queue use the dead-letter queue.

    The queue's ARN is spelt out, because the queue itself needs the dead-letter queue first.
    """
    account = args.account
    queue_arn = pulumi.Output.format(
        "arn:{0}:sqs:{1}:{2}:{3}",
        account.partition,
        account.region,
        account.account_id,
        args.names.of("uploads"),
    )
    return pulumi.Output.json_dumps(
        {"redrivePermission": "byQueue", "sourceQueueArns": [queue_arn]}
    )


def _redrive_policy(
    dead_letters: aws.sqs.Queue | None, max_receive_count: int
) -> pulumi.Output[str] | None:
    if dead_letters is None:
        return None
    return pulumi.Output.json_dumps(
        {"deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": max_receive_count}
    )


def _queue_policy(
    queue_arn: pulumi.Output[str],
    bucket_arn: pulumi.Output[str],
    account_id: pulumi.Output[str],
) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps(
        pulumi.Output.all(queue_arn, bucket_arn, account_id).apply(
            lambda ids: policies.document(
                policies.accept_events(*ids), policies.deny_plain_http("sqs", ids[0])
            )
        )
    )
