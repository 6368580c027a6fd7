"""Upload a folder to a local stack, and wait until the pipeline has processed it."""

import itertools
import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalStackError
from local.patience import Patience
from local.records import FINAL_STATUSES, Record, parse_record
from local.stack import LocalStack

STUCK_SECONDS = 120.0
"""Idle time without a final record after which something is wrong."""

BATCH_GET_ITEMS = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One version of one object in the upload bucket."""

    path: Path
    key: str
    version_id: str
    size_bytes: int


def files_in(folder: Path) -> Sequence[Path]:
    """Return all files of a folder, at any depth, sorted.

    Raises:
        LocalStackError: If the folder is missing or empty.
    """
    if not folder.is_dir():
        raise LocalStackError(
            f"{folder} is not a folder: set --images (make demo IMAGES=...) to a folder"
        )
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise LocalStackError(
            f"{folder} has no files: set --images (make demo IMAGES=...) to another folder"
        )
    return files


def upload(local_stack: LocalStack, folder: Path, path: Path) -> Upload:
    """Put one file into the upload bucket, with its path relative to the folder as key."""
    key = path.relative_to(folder).as_posix()
    content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    data = path.read_bytes()
    answer = local_stack.clients.s3.put_object(
        Bucket=local_stack.outputs["uploadBucketName"], Key=key, Body=data, ContentType=content_type
    )
    return Upload(path=path, key=key, version_id=answer["VersionId"], size_bytes=len(data))


def wait_until_final(
    local_stack: LocalStack, uploads: Sequence[Upload], progress: Callable[[], None] = lambda: None
) -> dict[Upload, Record]:
    """Wait until each upload has a final record, and the queue is empty.

    Args:
        progress: called once for each upload that gets there.

    Raises:
        LocalStackError: the emulator was idle for two minutes; shows the end of the function's log.
    """
    done: dict[Upload, Record] = {}
    patience = Patience(local_stack.emulator.process_group, STUCK_SECONDS)
    while len(done) < len(uploads) or _messages(local_stack):
        for each, record in read_records(
            local_stack, [u for u in uploads if u not in done]
        ).items():
            if record.status in FINAL_STATUSES:
                done[each] = record
                patience.restart()
                progress()
        if not patience.pause():
            raise LocalStackError(
                _stuck(local_stack, [each.key for each in uploads if each not in done])
            )
    return done


def read_records(local_stack: LocalStack, uploads: Sequence[Upload]) -> dict[Upload, Record]:
    """Return the records of the uploads that have one."""
    table, bucket = local_stack.outputs["tableName"], local_stack.outputs["uploadBucketName"]
    asked = {(f"{bucket}/{each.key}", each.version_id): each for each in uploads}
    records: dict[Upload, Record] = {}
    keys = iter(
        [{"image_id": {"S": image}, "version_id": {"S": version}} for image, version in asked]
    )
    while chunk := list(itertools.islice(keys, BATCH_GET_ITEMS)):
        answer = local_stack.clients.dynamodb.batch_get_item(
            RequestItems={table: {"Keys": chunk, "ConsistentRead": True}}
        )
        for item in answer["Responses"].get(table, []):
            record = parse_record(item)
            records[asked[record.image_id, record.version_id]] = record
    return records


def _messages(local_stack: LocalStack) -> int:
    """How many messages the queue holds, those in work included."""
    answer = local_stack.clients.sqs.get_queue_attributes(
        QueueUrl=local_stack.outputs["queueUrl"],
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    return sum(int(count) for count in answer["Attributes"].values())


def _stuck(local_stack: LocalStack, keys: Sequence[str]) -> str:
    waiting = "\n".join(f"  {key}" for key in keys) or "  (all images are done)"
    emulator_log, messages = local_stack.emulator.log_tail(), _messages(local_stack)
    return (
        f"nothing happened for {STUCK_SECONDS:.0f} idle seconds. The queue holds {messages}"
        f" messages; without a final record are:\n{waiting}\nThe function's log ends:\n"
        f"{local_stack.function_log_tail()}\nThe emulator's log ends:\n{emulator_log}"
    )
