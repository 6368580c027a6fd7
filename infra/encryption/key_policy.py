"""The policy of a stack's key. Pure."""

from collections.abc import Sequence

from infra.stack.account import dns_suffix
from infra.stack.iam import Statement

ENCRYPT_FOR_QUEUE = ("kms:Decrypt", "kms:GenerateDataKey")
"""Actions of a service that sends to an encrypted queue.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"""


def key_statements(
    *,
    partition: str,
    account_id: str,
    region: str,
    senders: Sequence[Statement],
    log_group_arns: Sequence[str],
) -> Sequence[Statement]:
    """Let the account administer the key, and services of AWS use it.

    In a key policy the resource `*` means this key.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html

    Args:
        senders: the statements for services that send to encrypted queues.
    """
    return [
        {
            "Sid": "AdministerKey",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{partition}:iam::{account_id}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        *senders,
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
    ]


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
