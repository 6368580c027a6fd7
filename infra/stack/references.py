"""Resources by name and ARN, whether the stack creates them or uses existing ones.

`existing` reads an option that names a resource, and gives None when the option is empty.
"""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.config.secrets import NO_SECRETS, Secrets
from infra.stack.account import Account, dns_suffix
from infra.stack.secret_inputs import known_text


@dataclass(frozen=True, kw_only=True)
class BucketRef:
    """A bucket."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    @staticmethod
    def existing(name: str, account: Account, secrets: Secrets = NO_SECRETS) -> "BucketRef | None":
        """A bucket that the stack does not create."""
        if not name:
            return None
        return BucketRef(
            name=known_text(name, secrets),
            arn=pulumi.Output.format(
                "arn:{0}:s3:::{1}", account.partition, known_text(name, secrets)
            ),
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
    def existing(arn: str, secrets: Secrets = NO_SECRETS) -> "QueueRef | None":
        """A queue that the stack does not create, by `arn:aws:sqs:region:account:name`."""
        if not arn:
            return None
        return QueueRef(
            name=known_text(arn.rpartition(":")[2], secrets),
            arn=known_text(arn, secrets),
            url=known_text(queue_url(arn), secrets),
        )


@dataclass(frozen=True, kw_only=True)
class TableRef:
    """A table."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    @staticmethod
    def of(table: aws.dynamodb.Table) -> "TableRef":
        """A table of the stack."""
        return TableRef(name=table.name, arn=table.arn)

    @staticmethod
    def existing(name: str, account: Account, secrets: Secrets = NO_SECRETS) -> "TableRef | None":
        """A table of this account and region that the stack does not create."""
        if not name:
            return None
        return TableRef(
            name=known_text(name, secrets),
            arn=account.arn("dynamodb", known_text(f"table/{name}", secrets)),
        )


@dataclass(frozen=True, kw_only=True)
class TopicRef:
    """A topic."""

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    @staticmethod
    def of(topic: aws.sns.Topic) -> "TopicRef":
        """A topic of the stack."""
        return TopicRef(name=topic.name, arn=topic.arn)

    @staticmethod
    def existing(arn: str) -> "TopicRef | None":
        """A topic that the stack does not create."""
        if not arn:
            return None
        return TopicRef(
            name=pulumi.Output.from_input(arn.rpartition(":")[2]),
            arn=pulumi.Output.from_input(arn),
        )


@dataclass(frozen=True, kw_only=True)
class FunctionRef:
    """A function, as events invoke it."""

    name: pulumi.Output[str]
    alias_name: pulumi.Output[str] | None
    invoked_arn: pulumi.Output[str]
    """ARN of the alias, or of the function where there is none."""


def queue_url(arn: str) -> str:
    """The URL of a queue, by its ARN.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
    """
    _, partition, _, region, account_id, name = arn.split(":")
    return f"https://sqs.{region}.{dns_suffix(partition)}/{account_id}/{name}"
