"""Policy documents and statements as plain dictionaries, one function for each grant. Pure.

No statement allows the action `*`, nor the resource `*` except for actions that support no resource
ARNs. A final `/*` or `:*` in a resource means all objects of a bucket or streams of a log group.
"""

from collections.abc import Mapping, Sequence

Statement = Mapping[str, object]
Document = Mapping[str, object]


def document(*statements: Statement) -> Document:
    """A policy document of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def lambda_trust() -> Document:
    """Let the Lambda service alone assume the role."""
    return document(
        {
            "Sid": "LambdaAssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    )


def deny_plain_http(service: str, *resource_arns: str) -> Statement:
    """Deny all requests without TLS.

    Args:
        service: the prefix of the actions: s3, sqs or sns.
        resource_arns: the protected resources; for a bucket both itself and its objects.
    """
    # SNS refuses a topic policy with actions that do not act on topics, so sns:* is not possible.
    actions = "sns:Publish" if service == "sns" else f"{service}:*"
    return {
        "Sid": "DenyPlainHttp",
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": list(resource_arns),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def for_service(
    sid: str, service: str, resource_arn: str, source_arn: str, account_id: str, *actions: str
) -> Statement:
    """Let an AWS service act for one source of one account, to prevent the confused deputy problem.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html

    Args:
        service: the principal's name without `.amazonaws.com`.
        source_arn: the resource that the service acts for.
    """
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": actions[0] if len(actions) == 1 else list(actions),
        "Resource": resource_arn,
        "Condition": {
            "ArnLike": {"aws:SourceArn": source_arn},
            "StringEquals": {"aws:SourceAccount": account_id},
        },
    }


def write_access_logs(log_bucket_arn: str, source_bucket_arn: str, account_id: str) -> Statement:
    """Let S3 write the access logs of one bucket of this account, below the bucket's name.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    source_name = source_bucket_arn.rpartition(":")[2]
    sid = f"AccessLogsOf{''.join(part.capitalize() for part in source_name.split('-'))}"
    objects = f"{log_bucket_arn}/{source_name}/*"
    return for_service(sid, "logging.s3", objects, source_bucket_arn, account_id, "s3:PutObject")


def consume_queues(*queue_arns: str) -> Statement:
    """Let event source mappings consume queues, with the function's role.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    return allow(
        "ConsumeQueue",
        queue_arns[0] if len(queue_arns) == 1 else [*queue_arns],
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    )


def requeue_self(queue_arn: str) -> Statement:
    """Let the function requeue an upload, to process it again later."""
    return allow("RequeueSelf", queue_arn, "sqs:SendMessage")


def reject_uploads(rejected_queue_arn: str) -> Statement:
    """Let the function send the events of rejected uploads to their queue, with the reason."""
    return allow("RejectUploads", rejected_queue_arn, "sqs:SendMessage")


def send_to_dead_letter_queue(dead_letter_queue_arn: str) -> Statement:
    """Let the function send events about no upload to the dead-letter queue, and Lambda, with the
    function's role, those of asynchronous invocations that failed."""
    return allow("SendToDeadLetterQueue", dead_letter_queue_arn, "sqs:SendMessage")


def keep_failed_events(dead_letter_queue_arn: str) -> Statement:
    """Let Lambda send events whose invocations failed to the queue, with the function's role.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    return allow("KeepFailedEvents", dead_letter_queue_arn, "sqs:SendMessage")


def read_uploads(bucket_arn: str, prefix: str = "") -> Statement:
    """Read objects of the upload bucket, with and without a version id.

    Args:
        prefix: beginning of their keys, without `*`, `?` and `$`; the same in the functions below.
    """
    return allow("ReadUploads", f"{bucket_arn}/{prefix}*", "s3:GetObject", "s3:GetObjectVersion")


def list_uploads(bucket_arn: str) -> Statement:
    """Distinguish a deleted object from a missing permission, and read through a delete marker.

    Without s3:ListBucket S3 answers both with 403.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    return allow("ListUploads", bucket_arn, "s3:ListBucket", "s3:ListBucketVersions")


def write_variants(bucket_arn: str, prefix: str = "") -> Statement:
    """Write objects of the processed bucket, and put delete markers on stale ones.

    No reading, so that no variant is processed again; no deletion of versions, so that none is
    lost.
    """
    return allow("WriteVariants", f"{bucket_arn}/{prefix}*", "s3:PutObject", "s3:DeleteObject")


def read_upload_tags(bucket_arn: str, prefix: str = "") -> Statement:
    """Read the tags of uploads, with a version id."""
    return allow(
        "ReadUploadTags",
        f"{bucket_arn}/{prefix}*",
        "s3:GetObjectTagging",
        "s3:GetObjectVersionTagging",
    )


def write_variant_tags(bucket_arn: str, prefix: str = "") -> Statement:
    """Tag variants as they are written."""
    return allow("WriteVariantTags", f"{bucket_arn}/{prefix}*", "s3:PutObjectTagging")


def write_records(table_arn: str) -> Statement:
    """Update records conditionally, and query those of an upload's versions."""
    return allow("WriteRecords", table_arn, "dynamodb:UpdateItem", "dynamodb:Query")


def publish(topic_arn: str) -> Statement:
    """Publish the outcome of each image."""
    return allow("Publish", topic_arn, "sns:Publish")


def write_logs(log_group_arn: str) -> Statement:
    """Write to the function's own log group, which is created before the function."""
    return allow("WriteLogs", f"{log_group_arn}:*", "logs:CreateLogStream", "logs:PutLogEvents")


def send_traces() -> Statement:
    """Send traces to X-Ray, whose actions support no resource ARNs.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    """
    return allow("SendTraces", "*", "xray:PutTraceSegments", "xray:PutTelemetryRecords")


def use_key(key_arn: str) -> Statement:
    """Encrypt and decrypt under the stack's key."""
    return allow("UseKey", key_arn, "kms:Decrypt", "kms:GenerateDataKey")


def decrypt_with_former_key(key_arn: str) -> Statement:
    """Decrypt under the key that the stack used before."""
    return allow("DecryptWithFormerKey", key_arn, "kms:Decrypt")


def allow(sid: str, resource_arn: str | Sequence[str], *actions: str) -> Statement:
    """Allow a role some actions on one resource."""
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource_arn}
