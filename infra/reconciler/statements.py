"""Policy statements of the reconciler; see `infra.stack.iam`."""

from handler.contract import HISTORY_ID_PREFIX, PROGRESS_ID
from infra.stack.iam import Statement, allow

OWN_ITEMS = (PROGRESS_ID, f"{HISTORY_ID_PREFIX}*")
"""Hash keys of the reconciler's items; `*` matches any ending."""


def list_upload_versions(bucket_arn: str) -> Statement:
    """List all versions of all uploads, without reading them."""
    return allow("ListUploadVersions", bucket_arn, "s3:ListBucketVersions")


def read_inventory(bucket_arn: str) -> Statement:
    """Read the inventories that S3 wrote."""
    return allow("ReadInventory", f"{bucket_arn}/*", "s3:GetObject")


def list_inventory(bucket_arn: str) -> Statement:
    """Find the newest inventory, and distinguish a missing one from a missing permission."""
    return allow("ListInventory", bucket_arn, "s3:ListBucket")


def read_records(table_arn: str) -> Statement:
    """Read records and the reconciler's own state."""
    actions = ("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query")
    return allow("ReadRecords", table_arn, *actions)


def write_reconciler_state(table_arn: str) -> Statement:
    """Write the reconciler's own items, and no records.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    statement = allow(
        "WriteReconcilerState", table_arn, "dynamodb:PutItem", "dynamodb:BatchWriteItem"
    )
    own = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(OWN_ITEMS)}}
    return {**statement, "Condition": own}


def send_to_queue(queue_arn: str) -> Statement:
    """Requeue uploads to the function's queue, and read how many messages it has."""
    return allow("SendToQueue", queue_arn, "sqs:SendMessage", "sqs:GetQueueAttributes")


def invoke_function(function_arn: str) -> Statement:
    """Invoke the function, if the stack has no queue."""
    return allow("InvokeFunction", function_arn, "lambda:InvokeFunction")
