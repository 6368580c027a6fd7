"""Resources by name and ARN: those that a stack made, and those that were there before it."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.buckets.private_bucket import PrivateBucket
from infra.stack.account import Account


@dataclass(frozen=True, kw_only=True)
class BucketRef:
    """A bucket."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    @staticmethod
    def of(bucket: PrivateBucket) -> "BucketRef":
        """A bucket of the stack."""
        return BucketRef(name=bucket.name, arn=bucket.arn)

    @staticmethod
    def existing(name: str, account: Account) -> "BucketRef":
        """A bucket that was there before."""
        return BucketRef(
            name=pulumi.Output.from_input(name),
            arn=pulumi.Output.format("arn:{0}:s3:::{1}", account.partition, name),
        )


@dataclass(frozen=True, kw_only=True)
class QueueRef:
    """A queue."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    url: pulumi.Output[str]

    @staticmethod
    def of(queue: aws.sqs.Queue) -> "QueueRef":
        """A queue of the stack."""
        return QueueRef(name=queue.name, arn=queue.arn, url=queue.url)

    @staticmethod
    def existing(arn: str) -> "QueueRef":
        """A queue that was there before, given as `arn:aws:sqs:region:account:name`."""
        return QueueRef(
            name=pulumi.Output.from_input(arn.rpartition(":")[2]),
            arn=pulumi.Output.from_input(arn),
            url=pulumi.Output.from_input(queue_url(arn)),
        )


@dataclass(frozen=True, kw_only=True)
class NamedRef:
    """A table or a topic."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    @staticmethod
    def of(resource: aws.dynamodb.Table | aws.sns.Topic) -> "NamedRef":
        """One of the stack."""
        return NamedRef(name=resource.name, arn=resource.arn)

    @staticmethod
    def existing_table(name: str, account: Account) -> "NamedRef":
        """A table of this account and region that was there before."""
        return NamedRef(
            name=pulumi.Output.from_input(name), arn=account.arn("dynamodb", f"table/{name}")
        )

    @staticmethod
    def existing_topic(arn: str) -> "NamedRef":
        """A topic that was there before."""
        return NamedRef(
            name=pulumi.Output.from_input(arn.rpartition(":")[2]),
            arn=pulumi.Output.from_input(arn),
        )


def queue_url(arn: str) -> str:
    """Where a queue is, by its ARN.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
    """
    _, partition, _, region, account_id, name = arn.split(":")
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    return f"https://sqs.{region}.{suffix}/{account_id}/{name}"
