"""Upload a photograph to a deployed stack, and wait until it is processed."""

from typing import Any

from boto3.dynamodb.types import TypeSerializer

from handler.contract import LogEvent
from local import ROOT
from local.patience import Patience, wait_until
from local.records import FINAL_STATUSES, Record, parse_record
from local.stack import LocalStack

PHOTOGRAPH = ROOT / "local" / "photographs" / "coffee.jpg"
IDLE_SECONDS = 60.0


def why_not_processed(stack: LocalStack, prefix: str, name: str) -> str:
    """Upload under a new name; return why it is not processed, and nothing if it is.

    Args:
        prefix: what the keys of uploads begin with.
        name: name of the upload, without its suffix.
    """
    bucket, key = stack.outputs["uploadBucketName"], f"{prefix}{name}{PHOTOGRAPH.suffix}"
    stack.clients.s3.put_object(Bucket=bucket, Key=key, Body=PHOTOGRAPH.read_bytes())
    patience = Patience(stack.emulator.process_group, IDLE_SECONDS)
    if "tableName" not in stack.outputs:
        if wait_until(lambda: _has_variant(stack, name) or _is_described(stack, key), patience):
            return ""
        return f"{key} has no variant and no description after {IDLE_SECONDS:.0f} idle seconds"
    if not wait_until(lambda: _final_record(stack, f"{bucket}/{key}") is not None, patience):
        return f"{key} has no final record after {IDLE_SECONDS:.0f} idle seconds"
    record = _final_record(stack, f"{bucket}/{key}")
    if record is None or record.status != "processed":
        return f"the record of {key} is {record}"
    if record.variants and not _has_variant(stack, name):
        return f"{key} is processed, but has no variant in the bucket"
    return ""


def _has_variant(stack: LocalStack, name: str) -> bool:
    listed = stack.clients.s3.list_objects_v2(
        Bucket=stack.outputs["processedBucketName"], Prefix=stack.outputs.get("processedPrefix", "")
    )
    return any(name in each.get("Key", "") for each in listed.get("Contents", ()))


def _is_described(stack: LocalStack, key: str) -> bool:
    """Return whether the log has the facts of an upload, in a stack that keeps nothing else."""
    found = stack.clients.logs.filter_log_events(logGroupName=stack.outputs["logGroupName"])
    lines = [event.get("message", "") for event in found["events"]]
    return any(f'"{LogEvent.DESCRIBED}"' in line and key in line for line in lines)


def _final_record(stack: LocalStack, image_id: str) -> Record | None:
    value: Any = TypeSerializer().serialize(image_id)
    answer = stack.clients.dynamodb.query(
        TableName=stack.outputs["tableName"],
        KeyConditionExpression="image_id = :image",
        ExpressionAttributeValues={":image": value},
        ConsistentRead=True,
    )
    records = [parse_record(item) for item in answer["Items"] if "status" in item]
    return next((each for each in records if each.status in FINAL_STATUSES), None)
