"""The key that encrypts a stack's data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.config.options import Settings
from infra.encryption.key_policy import (
    ENCRYPT_FOR_QUEUE,
    let_account_administer_key,
    let_services_use_key,
)
from infra.stack import iam
from infra.stack.account import Account
from infra.stack.context import StackContext
from infra.stack.naming import log_group_name
from infra.stack.senders import (
    Sender,
    allow_senders,
    event_senders,
    senders_of_notifications,
)

DELETION_WINDOW_DAYS = 30
"""The longest waiting period, in which the deletion of a key can be cancelled.
https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"""


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyArgs:
    """Inputs of `EncryptionKey`."""

    alias: pulumi.Input[str]
    """Name of the alias, without `alias/`."""
    account: Account
    senders: Sequence[Sender]
    """The services that send to queues under this key."""
    log_group_names: Sequence[pulumi.Input[str]]
    """The log groups that CloudWatch Logs may encrypt."""
    tags: Mapping[str, str]
    alarms: bool = False
    """Whether alarms publish to a topic under this key."""
    protect: bool = False
    """Whether Pulumi refuses to delete the key, and with it all data."""
    delete_with_stack: bool = False
    """Whether the key is deleted with the stack, as the data is too."""

    @staticmethod
    def from_settings(settings: Settings, context: StackContext) -> "EncryptionKeyArgs":
        """Inputs of the key that the stack encrypts with."""
        names, account = context.names, context.account
        bucket_name = settings.existing_upload_bucket or names.of("uploads")
        bucket_arn = pulumi.Output.format("arn:{0}:s3:::{1}", account.partition, bucket_name)
        functions = ["processor", *(["reconciler"] if settings.enable_reconciler else [])]
        return EncryptionKeyArgs(
            alias=names.of("data"),
            account=account,
            senders=[
                *event_senders(bucket_arn, names, account),
                *senders_of_notifications(settings, names, account),
            ],
            log_group_names=[log_group_name(names.of(role)) for role in functions],
            alarms=settings.enable_alarms and not settings.alarm_topic_arn,
            protect=context.protect,
            delete_with_stack=settings.force_destroy,
            tags=context.tags,
        )


class EncryptionKey(pulumi.ComponentResource):
    """A customer managed key with yearly rotation and a policy that names its users.

    The inputs are names and not resources, because the resources are created with the key.

    When the stack is destroyed the key stays, unless `delete_with_stack`: data
    written under it that is not deleted as well cannot be read without it.

    Creates the key and an alias.
    Outputs: `arn`.
    """

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:EncryptionKey", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        key = aws.kms.Key(
            f"{name}-key",
            description=pulumi.Output.concat("Data of ", args.alias),
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            policy=_key_policy(args),
            tags=args.tags,
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect, retain_on_delete=not args.delete_with_stack
            ),
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=pulumi.Output.concat("alias/", args.alias),
            target_key_id=key.key_id,
            opts=child,
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})


def key_uses(args: EncryptionKeyArgs) -> pulumi.Output[Sequence[iam.Statement]]:
    """Return the statements that let services use the key, be it the stack's own or the user's."""
    account = args.account
    return pulumi.Output.all(
        partition=account.partition,
        account_id=account.account_id,
        region=account.region,
        senders=allow_senders(args.senders, "*", account.account_id, *ENCRYPT_FOR_QUEUE),
        log_group_arns=pulumi.Output.all(
            *(
                account.arn("logs", pulumi.Output.concat("log-group:", name))
                for name in args.log_group_names
            )
        ),
    ).apply(lambda known: let_services_use_key(**known, alarms=args.alarms))


def _key_policy(args: EncryptionKeyArgs) -> pulumi.Output[str]:
    account = args.account
    return pulumi.Output.json_dumps(
        pulumi.Output.all(account.partition, account.account_id, key_uses(args)).apply(
            lambda known: iam.document(
                let_account_administer_key(partition=known[0], account_id=known[1]), *known[2]
            )
        )
    )
