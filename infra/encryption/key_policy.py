"""The policy of a stack's key. Pure."""

from collections.abc import Sequence

from infra.stack.account import dns_suffix
from infra.stack.iam import Statement, for_service


def key_statements(
    *,
    partition: str,
    account_id: str,
    region: str,
    upload_bucket_arn: str,
    event_rule_arn: str,
    topic_arn: str | None,
    log_group_arns: Sequence[str],
) -> Sequence[Statement]:
    """Let the account administer the key, and S3, EventBridge, SNS and CloudWatch Logs use it.

    In a key policy the resource `*` means this key.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
    """
    return [
        {
            "Sid": "AdministerKey",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{partition}:iam::{account_id}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        _encrypts_for("UploadEvents", "s3", upload_bucket_arn, account_id),
        _encrypts_for("RoutedEvents", "events", event_rule_arn, account_id),
        *(
            [_encrypts_for("UndeliveredNotifications", "sns", topic_arn, account_id)]
            if topic_arn
            else []
        ),
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


def _encrypts_for(sid: str, service: str, source_arn: str, account_id: str) -> Statement:
    """Let a service send to an encrypted queue, for one source of this account.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    """
    actions = ("kms:Decrypt", "kms:GenerateDataKey")
    return for_service(sid, service, "*", source_arn, account_id, *actions)
