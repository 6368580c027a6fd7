"""The statements of the policy of a key under which a stack's data is. Pure."""

from collections.abc import Mapping, Sequence
from typing import cast

from infra.stack.account import dns_suffix
from infra.stack.iam import Statement

ENCRYPT_FOR_QUEUE = ("kms:Decrypt", "kms:GenerateDataKey")
"""Actions of a service that sends to an encrypted queue.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"""


def let_account_administer_key(*, partition: str, account_id: str) -> Statement:
    """Let the account administer the key, and the policies of its roles allow its use.

    In a key policy the resource `*` means this key.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
    """
    return {
        "Sid": "AdministerKey",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{account_id}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }


def let_services_use_key(
    *,
    partition: str,
    account_id: str,
    region: str,
    senders: Sequence[Statement],
    log_group_arns: Sequence[str],
    alarms: bool,
) -> Sequence[Statement]:
    """Let services of AWS use the key: what the stack needs of a key of the user's too.

    Args:
        senders: the statements for services that send to encrypted queues.
        alarms: whether alarms publish to a topic under the key.
    """
    return [
        *map(_for_key, senders),
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        {
            "Sid": "FunctionLogs",
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{region}.{dns_suffix(partition)}"},
            "Action": [
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:DescribeKey",
            ],
            "Resource": "*",
            "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": log_group_arns}},
        },
        *([let_alarms_use_key(account_id)] if alarms else []),
    ]


def _for_key(sender: Statement) -> Statement:
    """Leave EventBridge its account as the only condition, as the AWS CDK does: that it names the
    rule to KMS is not documented, and without a match all its events would be lost.

    https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-events-targets/lib/sqs.ts
    """
    if sender["Principal"] != {"Service": "events.amazonaws.com"}:
        return sender
    conditions = cast("Mapping[str, object]", sender["Condition"])
    return {**sender, "Condition": {"StringEquals": conditions["StringEquals"]}}


def let_alarms_use_key(account_id: str) -> Statement:
    """Let alarms use the key, so that they can publish to a topic under it.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    return {
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
    }
