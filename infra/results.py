"""What comes out: the bucket for variants, the table of records, the topic that tells of them."""

from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra import policies
from infra.bucket import PrivateBucket
from infra.foundation import Foundation
from infra.lifecycle import Lifecycle

UPLOADED_INDEX = "by-uploaded"
"""Answers "what came in between t1 and t2": one query a day, with t1 and t2 as bounds."""


@dataclass(frozen=True, kw_only=True)
class ResultsArgs:
    """Inputs of `Results`."""

    foundation: Foundation
    notification_email: str = ""
    """Gets each notification once its owner has confirmed the subscription; empty: nobody."""
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    """Of the variants."""


class Results(pulumi.ComponentResource):
    """Where the outcome of each upload is written, recorded and told.

    Creates: a `PrivateBucket`, a table with an index by time of upload, a topic and its policy,
        and an e-mail subscription if asked.
    Outputs: the bucket's name and ARN, the table and the topic.
    """

    bucket_name: pulumi.Output[str]
    bucket_arn: pulumi.Output[str]
    table: aws.dynamodb.Table
    topic: aws.sns.Topic

    def __init__(
        self, name: str, args: ResultsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Results", name, None, opts)
        bucket = PrivateBucket(
            f"{name}-processed",
            args.foundation.bucket("processed", args.lifecycle),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.bucket_name = bucket.name
        self.bucket_arn = bucket.arn
        self.table = self._table(name, args.foundation)
        self.topic = self._topic(name, args)
        self.register_outputs(
            {
                "bucket_name": self.bucket_name,
                "bucket_arn": self.bucket_arn,
                "table_arn": self.table.arn,
                "topic_arn": self.topic.arn,
            }
        )

    def _table(self, name: str, foundation: Foundation) -> aws.dynamodb.Table:
        return aws.dynamodb.Table(
            f"{name}-table",
            name=foundation.names.of("images"),
            billing_mode="PAY_PER_REQUEST",
            hash_key="image_id",
            range_key="version_id",
            attributes=[
                {"name": "image_id", "type": "S"},
                {"name": "version_id", "type": "S"},
                {"name": "uploaded_day", "type": "S"},
                {"name": "uploaded_at", "type": "S"},
            ],
            global_secondary_indexes=[
                {
                    "name": UPLOADED_INDEX,
                    "hash_key": "uploaded_day",
                    "range_key": "uploaded_at",
                    "projection_type": "ALL",
                }
            ],
            point_in_time_recovery={"enabled": True},
            deletion_protection_enabled=foundation.protect,
            # Without a key of the stack's own, DynamoDB encrypts under one that AWS owns, for free.
            server_side_encryption=(
                None
                if foundation.kms_key_arn is None
                else {"enabled": True, "kms_key_arn": foundation.kms_key_arn}
            ),
            tags=foundation.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=foundation.protect),
        )

    def _topic(self, name: str, args: ResultsArgs) -> aws.sns.Topic:
        child = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(
            f"{name}-topic",
            name=args.foundation.names.of("images"),
            # The key of AWS for SNS lets whoever may publish encrypt; it costs nothing to hold.
            kms_master_key_id=args.foundation.kms_key_arn or "alias/aws/sns",
            tags=args.foundation.tags,
            opts=child,
        )
        aws.sns.TopicPolicy(
            f"{name}-topic-policy",
            arn=topic.arn,
            policy=pulumi.Output.json_dumps(
                topic.arn.apply(lambda arn: policies.document(policies.deny_plain_http("sns", arn)))
            ),
            opts=child,
        )
        if args.notification_email:
            aws.sns.TopicSubscription(
                f"{name}-email",
                topic=topic.arn,
                protocol="email",
                endpoint=args.notification_email,
                opts=child,
            )
        return topic
