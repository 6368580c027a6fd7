"""Policy statements of the reconciler; see `infra.stack.iam`."""

from handler.contract import HISTORY_ID_PREFIX, PROGRESS_ID
from infra.stack.iam import Statement, allow

OWN_ITEMS = (PROGRESS_ID, f"{HISTORY_ID_PREFIX}*")
"""Hash keys that it writes."""


def list_uploads(bucket_arn: str) -> Statement:
    """List all versions of all uploads, and read none."""
    return allow("ListUploads", bucket_arn, "s3:ListBucketVersions")


def read_inventory(bucket_arn: str) -> Statement:
    """Read the inventories that S3 wrote."""
    return allow("ReadInventory", f"{bucket_arn}/*", "s3:GetObject")


def find_inventory(bucket_arn: str) -> Statement:
    """Find the newest inventory, and distinguish a missing one from a missing permission."""
    return allow("FindInventory", bucket_arn, "s3:ListBucket")


def compare_records(table_arn: str) -> Statement:
    """Read records and the reconciler's own state."""
    actions = ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query")
    return allow("CompareRecords", table_arn, *actions)


def write_own_state(table_arn: str) -> Statement:
    """Write the reconciler's own items, and no records.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    statement = allow("Remember", table_arn, "dynamodb:PutItem", "dynamodb:BatchWriteItem")
    own = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(OWN_ITEMS)}}
    return {**statement, "Condition": own}


def requeue_by_queue(queue_arn: str) -> Statement:
    """Send uploads to the function's queue, and see how many wait there."""
    return allow("HandBack", queue_arn, "sqs:SendMessage", "sqs:GetQueueAttributes")


def requeue_by_invocation(function_arn: str) -> Statement:
    """Invoke the function, where the stack has no queue."""
    return allow("HandBack", function_arn, "lambda:InvokeFunction")
