"""The services that send to the stack's queues, for the policies of the queues and of the key.

Their sources are ARNs built from names, as these policies are created first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from infra.config.options import Settings
from infra.stack import iam
from infra.stack.account import Account
from infra.stack.naming import PhysicalNames


@dataclass(frozen=True, kw_only=True)
class Sender:
    """A service that sends to a queue for one resource of this account."""

    sid: str
    service: str
    """The principal's name without `.amazonaws.com`."""
    source_arn: pulumi.Input[str]
    """The resource that the service sends for."""


def event_senders(
    bucket_arn: pulumi.Input[str], names: PhysicalNames, account: Account
) -> Sequence[Sender]:
    """The senders of upload events with any trigger, as events of the former trigger may still be
    in flight after a change.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
    """
    return (
        Sender(sid="UploadEvents", service="s3", source_arn=bucket_arn),
        routed_events(names, account),
    )


def routed_events(names: PhysicalNames, account: Account) -> Sender:
    """The stack's rule in EventBridge.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    rule = account.arn("events", pulumi.Output.concat("rule/", names.of("uploads")))
    return Sender(sid="RoutedEvents", service="events", source_arn=rule)


def senders_of_notifications(
    settings: Settings, names: PhysicalNames, account: Account
) -> Sequence[Sender]:
    """The topic, which is created after the dead-letter queue, if programs subscribe to it: it
    sends what it cannot deliver to the dead-letter queue.

    https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
    """
    if not any(each.is_a_program for each in settings.all_subscriptions):
        return ()
    topic_arn = settings.existing_topic_arn or account.arn("sns", names.of("images"))
    return (Sender(sid="UndeliveredNotifications", service="sns", source_arn=topic_arn),)


def allow_senders(
    senders: Sequence[Sender],
    resource_arn: pulumi.Input[str],
    account_id: pulumi.Input[str],
    *actions: str,
) -> pulumi.Output[list[iam.Statement]]:
    """Let each service act on a queue or key, for its source only."""
    sources = (sender.source_arn for sender in senders)
    return pulumi.Output.all(resource_arn, account_id, *sources).apply(
        lambda ids: [
            iam.for_service(sender.sid, sender.service, ids[0], source_arn, ids[1], *actions)
            for sender, source_arn in zip(senders, ids[2:], strict=True)
        ]
    )
