"""What the reconciler may do; see `infra.stack.iam`."""

from handler.contract import HISTORY_ID_PREFIX, PROGRESS_ID
from infra.stack.iam import Statement, allow

OWN_ITEMS = (PROGRESS_ID, f"{HISTORY_ID_PREFIX}*")
"""Hash keys that it writes."""


def list_uploads(bucket_arn: str) -> Statement:
    """Lists all versions of all uploads, and reads none."""
    return allow("ListUploads", bucket_arn, "s3:ListBucketVersions")


def read_inventory(bucket_arn: str) -> Statement:
    """Reads the lists that S3 wrote."""
    return allow("ReadInventory", f"{bucket_arn}/*", "s3:GetObject")


def find_inventory(bucket_arn: str) -> Statement:
    """Finds the newest of them, and tells one that is not there from a lost permission."""
    return allow("FindInventory", bucket_arn, "s3:ListBucket")


def compare_records(table_arn: str) -> Statement:
    """Reads records, and what it remembers itself."""
    actions = ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query")
    return allow("CompareRecords", table_arn, *actions)


def remember(table_arn: str) -> Statement:
    """Writes its own items, and no records.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    statement = allow("Remember", table_arn, "dynamodb:PutItem", "dynamodb:BatchWriteItem")
    own = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(OWN_ITEMS)}}
    return {**statement, "Condition": own}


def requeue_by_queue(queue_arn: str) -> Statement:
    """Sends uploads to the function's queue, unless too many wait there."""
    return allow("HandBack", queue_arn, "sqs:SendMessage", "sqs:GetQueueAttributes")


def requeue_by_invocation(function_arn: str) -> Statement:
    """Invokes the function where there is no queue."""
    return allow("HandBack", function_arn, "lambda:InvokeFunction")
