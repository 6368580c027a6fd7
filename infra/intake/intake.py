"""The intake: the bucket for uploads, the queue of their events, and what fails or is rejected."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi

from infra.buckets.lifecycle import Lifecycle
from infra.buckets.private_bucket import PrivateBucket, PrivateBucketArgs
from infra.config.options import Settings
from infra.config.options.trigger import Trigger
from infra.intake.dead_letters import DeadLetters, DeadLettersArgs
from infra.intake.key_filter import KeyFilter
from infra.intake.upload_queue import UploadQueue, UploadQueueArgs
from infra.stack import iam
from infra.stack.context import StackContext
from infra.stack.history import Store, warn_of_former_data
from infra.stack.references import BucketRef, QueueRef
from infra.stack.senders import (
    Sender,
    allow_senders,
    event_senders,
    routed_events,
    senders_of_notifications,
)


@dataclass(frozen=True, kw_only=True)
class IntakeArgs:
    """Inputs of `Intake`."""

    context: StackContext
    function_timeout_seconds: int
    """Time limit of the consumer, 1-900 s."""
    trigger: Trigger = Trigger.SQS
    keys: KeyFilter = field(default_factory=KeyFilter)
    dead_letter_queue: bool = True
    """Whether a dead-letter queue takes messages that fail repeatedly, which else expire, and
    another queue the events of rejected uploads."""
    max_receive_count: int = 5
    batch_window_seconds: int = 0
    retention_days: int = 4
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    """The lifecycle of uploads."""
    existing_bucket: BucketRef | None = None
    """The upload bucket, if the stack does not create it."""
    existing_queue: QueueRef | None = None
    """The queue, if the stack does not create it; its owner sends it the bucket's events."""
    existing_dead_letter_queue: QueueRef | None = None
    notifying: Sequence[Sender] = ()
    """The topic whose undelivered notifications the dead-letter queue accepts."""

    @staticmethod
    def from_settings(settings: Settings, context: StackContext) -> "IntakeArgs":
        """Inputs of the stack's intake."""
        return IntakeArgs(
            context=context,
            function_timeout_seconds=settings.timeout_seconds,
            trigger=settings.trigger,
            keys=KeyFilter.from_settings(settings),
            dead_letter_queue=settings.enable_dlq,
            max_receive_count=settings.max_receive_count,
            batch_window_seconds=settings.batch_window_seconds,
            retention_days=settings.queue_retention_days,
            lifecycle=Lifecycle.for_uploads(settings),
            existing_bucket=BucketRef.existing(settings.existing_upload_bucket, context.account),
            existing_queue=QueueRef.existing(settings.existing_queue_arn, settings.secrets),
            existing_dead_letter_queue=QueueRef.existing(
                settings.existing_dead_letter_queue_arn, settings.secrets
            ),
            notifying=senders_of_notifications(settings, context.names, context.account),
        )


class Intake(pulumi.ComponentResource):
    """A bucket for uploads, and a queue with a message for each new object.

    Creates a `PrivateBucket`, optionally `DeadLetters` for what fails, and an `UploadQueue` unless
        S3 invokes the function itself; each only if the stack does not use an existing one. With
        dead letters also a queue for rejected uploads.
    Outputs: `bucket`, `queue`, `dead_letter_queue` and `rejected_queue`; None for a queue that does
        not exist.
    """

    bucket: BucketRef
    queue: QueueRef | None
    dead_letter_queue: QueueRef | None
    rejected_queue: QueueRef | None
    former_queue_arn: pulumi.Output[str | None]
    """ARN of the stack's own queue, kept after its last use for what waits in it; None: none is."""
    delivery: pulumi.Resource | None = None
    """The resource that lets the bucket send events to the stack's own queue; None without one."""

    def __init__(
        self, name: str, args: IntakeArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Intake", name, None, opts)
        self.bucket = args.existing_bucket or self._bucket(f"{name}-uploads", args)
        self.dead_letter_queue = (
            self._dead_letters(f"{name}-dead-letters", args) if args.dead_letter_queue else None
        )
        self.rejected_queue = (
            self._rejected(f"{name}-rejected", args) if args.dead_letter_queue else None
        )
        self.queue = None if args.trigger is Trigger.S3 else self._queue(f"{name}-uploads", args)
        self.former_queue_arn = self._keep_former_data(name, args)
        self.register_outputs(
            {
                "bucket_name": self.bucket.name,
                "bucket_arn": self.bucket.arn,
                "queue_arn": self.queue and self.queue.arn,
                "dead_letter_queue_arn": self.dead_letter_queue and self.dead_letter_queue.arn,
                "rejected_queue_arn": self.rejected_queue and self.rejected_queue.arn,
            }
        )

    def _keep_former_data(self, name: str, args: IntakeArgs) -> pulumi.Output[str | None]:
        """Keep the bucket and the queues that the stack does not use any more."""

        def bucket() -> None:
            kept = self._bucket(f"{name}-uploads", args)
            warn_of_former_data(self, kept.name, "gets no more uploads")

        def dead_letters() -> None:
            kept = self._own_dead_letters(f"{name}-dead-letters", args)
            use = "is not used" if args.dead_letter_queue else "still gets events that keep failing"
            warn_of_former_data(self, kept.name, use)

        def rejected() -> None:
            kept = self._rejected(f"{name}-rejected", args)
            warn_of_former_data(self, kept.name, "gets no more rejected uploads")

        def queue() -> pulumi.Output[str]:
            kept = self._own_queue(f"{name}-uploads", args).queue
            warn_of_former_data(kept, kept.name, "gets no more events, is still consumed")
            return kept.arn

        args.context.former(Store.UPLOADS, bucket)
        args.context.former(Store.DEAD_LETTERS, dead_letters)
        args.context.former(Store.REJECTED_UPLOADS, rejected)
        return args.context.former(Store.UPLOAD_QUEUE, queue)

    def _bucket(self, name: str, args: IntakeArgs) -> BucketRef:
        bucket = PrivateBucket(
            name,
            PrivateBucketArgs.in_stack(args.context, "uploads", args.lifecycle),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return bucket.reference

    def _dead_letters(self, name: str, args: IntakeArgs) -> QueueRef:
        return args.existing_dead_letter_queue or self._own_dead_letters(name, args)

    def _own_dead_letters(self, name: str, args: IntakeArgs) -> QueueRef:
        existing = args.existing_queue
        # The stack's own queue too, which may be kept with its messages.
        own = args.context.account.arn("sqs", args.context.names.of("uploads"))
        sources = [own] if existing is None else [own, existing.arn]
        return self._kept_queue(name, args, "dead-letters", sources, _undelivered(args))

    def _rejected(self, name: str, args: IntakeArgs) -> QueueRef:
        return self._kept_queue(name, args, "rejected-uploads")

    def _kept_queue(
        self,
        name: str,
        args: IntakeArgs,
        role: str,
        source_queue_arns: Sequence[pulumi.Input[str]] = (),
        statements: pulumi.Input[Sequence[iam.Statement]] = (),
    ) -> QueueRef:
        context = args.context
        queue = DeadLettersArgs(
            queue_name=context.names.of(role),
            source_queue_arns=source_queue_arns,
            statements=statements,
            kms_key_arn=context.kms_key_arn,
            protect=context.protect,
            tags=context.tags,
        )
        created = DeadLetters(name, queue, opts=pulumi.ResourceOptions(parent=self))
        return QueueRef.of(created.queue)

    def _queue(self, name: str, args: IntakeArgs) -> QueueRef:
        if args.existing_queue is not None:
            return args.existing_queue
        created = self._own_queue(name, args)
        self.delivery = created.delivery
        return QueueRef.of(created.queue)

    def _own_queue(self, name: str, args: IntakeArgs) -> UploadQueue:
        context, dead_letters = args.context, self.dead_letter_queue
        queue = UploadQueueArgs(
            queue_name=context.names.of("uploads"),
            bucket_name=self.bucket.name,
            account_id=context.account.account_id,
            senders=event_senders(self.bucket.arn, context.names, context.account),
            consumer_timeout_seconds=args.function_timeout_seconds,
            dead_letter_queue_arn=dead_letters and dead_letters.arn,
            event_rule_name=context.names.of("uploads"),
            through_eventbridge=args.trigger is Trigger.EVENTBRIDGE,
            keys=args.keys,
            max_receive_count=args.max_receive_count,
            batch_window_seconds=args.batch_window_seconds,
            retention_days=args.retention_days,
            kms_key_arn=context.kms_key_arn,
            protect=context.protect,
            tags=context.tags,
        )
        return UploadQueue(name, queue, opts=pulumi.ResourceOptions(parent=self))


def _undelivered(args: IntakeArgs) -> pulumi.Output[list[iam.Statement]]:
    """Let EventBridge and SNS send what they cannot deliver to the dead-letter queue."""
    names, account = args.context.names, args.context.account
    senders = [
        *([routed_events(names, account)] if args.trigger is Trigger.EVENTBRIDGE else []),
        *args.notifying,
    ]
    queue_arn = account.arn("sqs", names.of("dead-letters"))
    return allow_senders(senders, queue_arn, account.account_id, "sqs:SendMessage")
