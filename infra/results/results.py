"""The results: the bucket for variants, the table of records and the topic."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from handler.contract import UPLOADED_INDEX, TableAttribute
from infra.buckets.lifecycle import Lifecycle
from infra.buckets.private_bucket import PrivateBucket, PrivateBucketArgs
from infra.config.options import Settings
from infra.config.options.notification import Subscription
from infra.intake.intake import Intake
from infra.stack import iam
from infra.stack.context import StackContext
from infra.stack.history import Store, warn_of_former_data
from infra.stack.naming import content_id
from infra.stack.references import BucketRef, TableRef, TopicRef


@dataclass(frozen=True, kw_only=True)
class ResultsArgs:
    """Inputs of `Results`."""

    context: StackContext
    records: bool = True
    """Whether a table records the outcome of each upload."""
    notifications: bool = True
    """Whether outcomes are published to a topic. Subscriptions need one."""
    subscriptions: Sequence[Subscription] = ()
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    """The lifecycle of variants."""
    dead_letter_queue_arn: pulumi.Input[str] | None = None
    """The queue for undelivered notifications; its policy must allow the topic."""
    existing_bucket: BucketRef | None = None
    existing_table: TableRef | None = None
    existing_topic: TopicRef | None = None

    @staticmethod
    def from_settings(settings: Settings, context: StackContext, intake: Intake) -> "ResultsArgs":
        """Inputs of the stack's results."""
        account, dead_letters = context.account, intake.dead_letter_queue
        secrets = settings.secrets
        return ResultsArgs(
            context=context,
            records=settings.enable_records,
            notifications=settings.enable_notifications,
            subscriptions=settings.all_subscriptions,
            dead_letter_queue_arn=dead_letters and dead_letters.arn,
            lifecycle=Lifecycle.for_variants(settings),
            existing_bucket=(
                intake.bucket
                if settings.has_one_bucket
                else BucketRef.existing(settings.existing_processed_bucket, account, secrets)
            ),
            existing_table=TableRef.existing(settings.existing_table_name, account, secrets),
            existing_topic=TopicRef.existing(settings.existing_topic_arn),
        )


class Results(pulumi.ComponentResource):
    """The bucket, table and topic for the outcomes of uploads.

    Creates a `PrivateBucket`; optionally a table with an index by time of upload, and a topic with
        its policy and subscriptions; each only if the stack does not use an existing one.
    Outputs: `bucket`, `table` and `topic`; None for those that the stack does not have.
    """

    bucket: BucketRef
    table: TableRef | None
    topic: TopicRef | None

    def __init__(
        self, name: str, args: ResultsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Results", name, None, opts)
        self.bucket = args.existing_bucket or self._bucket(f"{name}-processed", args)
        self.table = self._record_table(name, args) if args.records else None
        self.topic = self._publish(name, args) if args.notifications else None
        self._keep_former_data(name, args)
        self.register_outputs(
            {
                "bucket_name": self.bucket.name,
                "bucket_arn": self.bucket.arn,
                "table_arn": self.table and self.table.arn,
                "topic_arn": self.topic and self.topic.arn,
            }
        )

    def _keep_former_data(self, name: str, args: ResultsArgs) -> None:
        """Keep the bucket and the table that the stack does not use any more."""

        def bucket() -> None:
            kept = self._bucket(f"{name}-processed", args)
            warn_of_former_data(self, kept.name, "gets no more variants")

        def table() -> None:
            kept = self._table(name, args.context)
            warn_of_former_data(kept, kept.name, "gets no more records")

        args.context.former(Store.VARIANTS, bucket)
        args.context.former(Store.RECORDS, table)

    def _bucket(self, name: str, args: ResultsArgs) -> BucketRef:
        bucket = PrivateBucket(
            name,
            PrivateBucketArgs.in_stack(args.context, "processed", args.lifecycle),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return bucket.reference

    def _record_table(self, name: str, args: ResultsArgs) -> TableRef:
        return args.existing_table or TableRef.of(self._table(name, args.context))

    def _table(self, name: str, context: StackContext) -> aws.dynamodb.Table:
        return aws.dynamodb.Table(
            f"{name}-table",
            name=context.names.of("images"),
            billing_mode="PAY_PER_REQUEST",
            hash_key=TableAttribute.IMAGE_ID.value,
            range_key=TableAttribute.VERSION_ID.value,
            attributes=[
                {"name": name.value, "type": "S"}
                for name in TableAttribute
                if name is not TableAttribute.EXPIRES_AT  # which is part of no key
            ],
            global_secondary_indexes=[
                {
                    "name": UPLOADED_INDEX,
                    "hash_key": TableAttribute.UPLOADED_DAY.value,
                    "range_key": TableAttribute.UPLOADED_AT.value,
                    "projection_type": "ALL",
                }
            ],
            point_in_time_recovery={"enabled": True},
            # Records do not expire. Only items of the reconciler's state have this attribute.
            ttl={"attribute_name": TableAttribute.EXPIRES_AT.value, "enabled": True},
            deletion_protection_enabled=context.protect,
            # Disabled means an AWS owned key, which is free. If omitted, the provider would keep
            # the present key.
            server_side_encryption=(
                {"enabled": False}
                if context.kms_key_arn is None
                else {"enabled": True, "kms_key_arn": context.kms_key_arn}
            ),
            tags=context.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=context.protect),
        )

    def _publish(self, name: str, args: ResultsArgs) -> TopicRef:
        """The topic with its subscriptions."""
        topic = args.existing_topic or TopicRef.of(self._topic(name, args.context))
        for number, subscription in enumerate(args.subscriptions):
            content = content_id(subscription.protocol, subscription.endpoint)
            aws.sns.TopicSubscription(
                f"{name}-subscription-{content}",
                topic=topic.arn,
                protocol=subscription.protocol,
                endpoint=subscription.endpoint,
                redrive_policy=_redrive_policy(subscription, args.dead_letter_queue_arn),
                opts=pulumi.ResourceOptions(
                    parent=self, aliases=[pulumi.Alias(name=f"{name}-subscription-{number}")]
                ),
            )
        return topic

    def _topic(self, name: str, context: StackContext) -> aws.sns.Topic:
        child = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(
            f"{name}-topic",
            name=context.names.of("images"),
            # The AWS managed key for SNS lets all publishers encrypt, and has no monthly cost.
            kms_master_key_id=context.kms_key_arn or "alias/aws/sns",
            tags=context.tags,
            opts=child,
        )
        aws.sns.TopicPolicy(
            f"{name}-topic-policy",
            arn=topic.arn,
            policy=pulumi.Output.json_dumps(
                topic.arn.apply(lambda arn: iam.document(iam.deny_plain_http("sns", arn)))
            ),
            opts=child,
        )
        return topic


def _redrive_policy(
    subscription: Subscription, queue_arn: pulumi.Input[str] | None
) -> pulumi.Output[str] | None:
    if queue_arn is None or not subscription.is_a_program:
        return None
    return pulumi.Output.json_dumps({"deadLetterTargetArn": queue_arn})
