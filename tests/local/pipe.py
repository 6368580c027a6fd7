"""Drive a deployed stack in tests: upload, wait, and read results."""

import io
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from PIL import Image

from local.emulator import Emulator
from local.patience import Patience, wait_until
from local.stack import LocalStack
from tests.local.processes import workers

FINAL = {"processed", "rejected", "deleted"}
IDLE_LIMIT_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Sent:
    """An upload that has been processed."""

    version_id: str
    item: Mapping[str, Any]
    """Its record, as plain values."""
    messages: tuple[Mapping[str, Any], ...]
    """The messages that the topic published about it."""


def send(local_stack: LocalStack, sources: Mapping[str, bytes]) -> dict[str, Sent]:
    """Upload all sources, wait for their records, and collect the topic's messages."""
    mailbox = subscribe(local_stack)
    versions = {key: put(local_stack, key, data) for key, data in sources.items()}
    items = {key: wait_for_final(local_stack, key, version) for key, version in versions.items()}
    drain(local_stack)
    messages = [json.loads(each["Body"]) for each in receive_all(local_stack, mailbox)]
    return {
        key: Sent(
            version_id=version,
            item=items[key],
            messages=tuple(message for message in messages if message["key"] == key),
        )
        for key, version in versions.items()
    }


def put(local_stack: LocalStack, key: str, data: bytes) -> str:
    """Upload one object, and return its version."""
    bucket = local_stack.outputs["uploadBucketName"]
    return local_stack.clients.s3.put_object(Bucket=bucket, Key=key, Body=data)["VersionId"]


def subscribe(local_stack: LocalStack) -> str:
    """Subscribe a new queue to the topic with raw delivery, and return its URL."""
    name = f"mailbox-{local_stack.outputs['topicName']}"
    url = local_stack.clients.sqs.create_queue(QueueName=name)["QueueUrl"]
    arn_prefix = local_stack.outputs["topicArn"].rpartition(":")[0].replace(":sns:", ":sqs:")
    arn = f"{arn_prefix}:{name}"
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    local_stack.clients.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    local_stack.clients.sns.subscribe(
        TopicArn=local_stack.outputs["topicArn"],
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true"},
    )
    return url


def receive_all(local_stack: LocalStack, queue_url: str) -> list[dict[str, Any]]:
    """Receive and delete all messages of a queue."""
    received: list[dict[str, Any]] = []
    while messages := local_stack.clients.sqs.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    ).get("Messages"):
        for message in messages:
            local_stack.clients.sqs.delete_message(
                QueueUrl=queue_url, ReceiptHandle=message.get("ReceiptHandle", "")
            )
        received += [dict(message) for message in messages]
    return received


def read_item(local_stack: LocalStack, key: str, version_id: str) -> dict[str, Any]:
    """Return the record of an upload as plain values; empty if there is none."""
    image_id = f"{local_stack.outputs['uploadBucketName']}/{key}"
    item = local_stack.clients.dynamodb.get_item(
        TableName=local_stack.outputs["tableName"],
        Key={"image_id": {"S": image_id}, "version_id": {"S": version_id}},
    ).get("Item", {})
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


def variant(local_stack: LocalStack, key: str) -> Image.Image:
    """Read and decode a variant, with the colours of a palette for its indices."""
    bucket = local_stack.outputs["processedBucketName"]
    data = local_stack.clients.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    image = Image.open(io.BytesIO(data))
    image.load()
    if image.mode != "P":
        return image
    coloured = image.convert("RGBA" if image.has_transparency_data else "RGB")
    coloured.format = image.format
    return coloured


def object_versions(local_stack: LocalStack, prefix: str) -> list[tuple[str, str]]:
    """Return key and version of each object version in the processed bucket."""
    answer = local_stack.clients.s3.list_object_versions(
        Bucket=local_stack.outputs["processedBucketName"], Prefix=prefix
    )
    return [(each.get("Key", ""), each.get("VersionId", "")) for each in answer.get("Versions", [])]


def flush_log(local_stack: LocalStack) -> None:
    """Call the function with an ignored event, once for each of its processes at the same time.

    The emulator keeps late log lines for the next call of the process that wrote them, and gives a
    call to the first process that is free.
    """
    name = local_stack.outputs["functionName"]
    payload = json.dumps({"Event": "s3:TestEvent"})

    def call(_number: int) -> None:
        local_stack.clients.lambda_.invoke(FunctionName=name, Payload=payload)

    calls = max(1, len(workers(local_stack.emulator.directory, name)))
    with ThreadPoolExecutor(calls) as pool:
        list(pool.map(call, range(calls)))


def log_entries(local_stack: LocalStack) -> list[dict[str, Any]]:
    """Return the function's log entries, which are JSON lines."""
    flush_log(local_stack)
    events = local_stack.clients.logs.filter_log_events(
        logGroupName=local_stack.outputs["logGroupName"]
    )
    lines = [event.get("message", "") for event in events["events"]]
    return [json.loads(line) for line in lines if line.startswith("{")]


def wait_for_final(local_stack: LocalStack, key: str, version_id: str) -> dict[str, Any]:
    """The record, once it is final."""
    wait_for(
        lambda: read_item(local_stack, key, version_id).get("status") in FINAL,
        f"a final record of {key}",
        local_stack.emulator,
    )
    return read_item(local_stack, key, version_id)


def drain(local_stack: LocalStack) -> None:
    """Wait until the queue is empty and no message is in flight."""

    def is_empty() -> bool:
        counts = local_stack.clients.sqs.get_queue_attributes(
            QueueUrl=local_stack.outputs["queueUrl"],
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
        return not any(int(count) for count in counts.values())

    wait_for(is_empty, "an empty queue", local_stack.emulator)


def wait_for(condition: Callable[[], bool], what: str, emulator: Emulator) -> None:
    """Poll until a condition holds, and fail once the emulator was idle for a minute."""
    patience = Patience(emulator.process_group, IDLE_LIMIT_SECONDS)
    assert wait_until(condition, patience), f"no {what}, and the emulator is idle"
