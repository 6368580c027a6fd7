"""Policy documents as plain dictionaries: ids in, document out, one function a grant.

No statement allows an action `*`, nor a resource `*` but for actions that know no resource. A `/*`
or `:*` at the end of a resource is how AWS writes "the objects of this bucket" and "the streams of
this log group".
"""

from collections.abc import Mapping

Statement = Mapping[str, object]
Document = Mapping[str, object]


def document(*statements: Statement) -> Document:
    """A policy document of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def lambda_trust() -> Document:
    """Lets the Lambda service, and nobody else, assume the role."""
    return document(
        {
            "Sid": "LambdaAssumes",
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    )


def deny_plain_http(service: str, *resource_arns: str) -> Statement:
    """Refuses requests without TLS, for anybody.

    Args:
        service: the prefix of the actions: s3, sqs or sns.
        resource_arns: what is protected; for a bucket both itself and its objects.
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
    """Lets a service of AWS act for one source of one account, and so not be anybody's deputy.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html

    Args:
        service: the principal's name without `.amazonaws.com`.
        source_arn: what the service acts for.
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


def accept_events(queue_arn: str, bucket_arn: str, account_id: str) -> Statement:
    """Lets S3 send the events of one bucket of this account to the queue.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
    """
    return for_service("UploadEvents", "s3", queue_arn, bucket_arn, account_id, "sqs:SendMessage")


def accept_routed_events(queue_arn: str, rule_arn: str, account_id: str) -> Statement:
    """Lets one EventBridge rule of this account send to the queue.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    return for_service("RoutedEvents", "events", queue_arn, rule_arn, account_id, "sqs:SendMessage")


def accept_undelivered(queue_arn: str, topic_arn: str, account_id: str) -> Statement:
    """Lets a topic of this account put what a subscriber would not take into the queue.

    https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
    """
    return for_service(
        "UndeliveredNotifications", "sns", queue_arn, topic_arn, account_id, "sqs:SendMessage"
    )


def keep_access_logs(log_bucket_arn: str, source_bucket_arn: str, account_id: str) -> Statement:
    """Lets S3 write the access logs of one bucket of this account, below the bucket's name.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    source_name = source_bucket_arn.rpartition(":")[2]
    sid = f"AccessLogsOf{''.join(part.capitalize() for part in source_name.split('-'))}"
    objects = f"{log_bucket_arn}/{source_name}/*"
    return for_service(sid, "logging.s3", objects, source_bucket_arn, account_id, "s3:PutObject")


def consume_queue(queue_arn: str) -> Statement:
    """What an event source mapping does with the function's role.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    return allow(
        "ConsumeQueue",
        queue_arn,
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    )


def remind(queue_arn: str) -> Statement:
    """The function sends itself what it has to look at again."""
    return allow("Remind", queue_arn, "sqs:SendMessage")


def forward_rejected(dead_letter_queue_arn: str) -> Statement:
    """Rejected uploads go to the dead-letter queue at once, with their reason."""
    return allow("ForwardRejected", dead_letter_queue_arn, "sqs:SendMessage")


def read_uploads(bucket_arn: str, prefix: str = "") -> Statement:
    """Reads objects of the upload bucket, with and without a version id.

    Args:
        prefix: what their keys begin with, without `*`, `?` and `$`; so for the three below.
    """
    return allow("ReadUploads", f"{bucket_arn}/{prefix}*", "s3:GetObject", "s3:GetObjectVersion")


def see_missing_uploads(bucket_arn: str) -> Statement:
    """Tells a deleted object from a lost permission, and which version is under a delete marker.

    Without s3:ListBucket both would be answered with 403.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    return allow("SeeMissingUploads", bucket_arn, "s3:ListBucket", "s3:ListBucketVersions")


def write_variants(bucket_arn: str, prefix: str = "") -> Statement:
    """Writes objects of the processed bucket, and puts delete markers on what is stale.

    Reads none, so that nothing can be piped twice, and deletes no version, so that nothing is lost.
    """
    return allow("WriteVariants", f"{bucket_arn}/{prefix}*", "s3:PutObject", "s3:DeleteObject")


def read_upload_tags(bucket_arn: str, prefix: str = "") -> Statement:
    """Reads the tags of uploads, with a version id."""
    return allow(
        "ReadUploadTags",
        f"{bucket_arn}/{prefix}*",
        "s3:GetObjectTagging",
        "s3:GetObjectVersionTagging",
    )


def write_variant_tags(bucket_arn: str, prefix: str = "") -> Statement:
    """Puts tags on variants, as it writes them."""
    return allow("WriteVariantTags", f"{bucket_arn}/{prefix}*", "s3:PutObjectTagging")


def write_records(table_arn: str) -> Statement:
    """Claims and marks are conditional updates; the records of an upload's versions are queried."""
    return allow("WriteRecords", table_arn, "dynamodb:UpdateItem", "dynamodb:Query")


def publish(topic_arn: str) -> Statement:
    """Tells subscribers about each image."""
    return allow("Publish", topic_arn, "sns:Publish")


def write_logs(log_group_arn: str) -> Statement:
    """Writes to the function's own log group, which exists before the function."""
    return allow("WriteLogs", f"{log_group_arn}:*", "logs:CreateLogStream", "logs:PutLogEvents")


def send_traces() -> Statement:
    """Sends traces to X-Ray, whose actions know no resources.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    """
    return allow("SendTraces", "*", "xray:PutTraceSegments", "xray:PutTelemetryRecords")


def use_key(key_arn: str) -> Statement:
    """Reads and writes what is encrypted under the stack's key."""
    return allow("UseKey", key_arn, "kms:Decrypt", "kms:GenerateDataKey")


def decrypt_with_former_key(key_arn: str) -> Statement:
    """Reads what was encrypted under the key that the stack used before."""
    return allow("DecryptWithFormerKey", key_arn, "kms:Decrypt")


def allow(sid: str, resource_arn: str, *actions: str) -> Statement:
    """Lets a role do some things to one resource."""
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource_arn}
