"""The boto3 clients that the handler gets: real signatures, in memory, with botocore's retries."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import parse_qsl

from simulation.aws.errors import is_passing, passing_failure, refusal
from simulation.aws.expressions import Expressions
from simulation.aws.queue import Queue
from simulation.aws.storage import Bucket, Labels, facts
from simulation.engine import Call, Task

SDK_ATTEMPTS = 3
"""As `handler.aws.connect` configures botocore."""

MAX_BACKOFF_SECONDS = 1.0


Table = dict[str, dict[str, dict[str, Mapping[str, object]]]]
"""Items by hash key and range key."""


class Services(Protocol):
    """What is there to be called."""

    buckets: dict[str, Bucket]
    queues: dict[str, Queue]
    tables: dict[str, Table]
    published: list[Mapping[str, Any]]


class Caller:
    """Makes calls of one task, each up to three times as botocore's standard mode does."""

    def __init__(self, task: Task, attempts: int = SDK_ATTEMPTS) -> None:
        self._task = task
        self._attempts = attempts

    def __call__(self, operation: str, subject: str, effect: Callable[[], Any]) -> Any:
        random = self._task.engine.random
        for attempt in range(1, self._attempts + 1):
            call = Call(
                operation=operation,
                subject=subject,
                effect=effect,
                failure=lambda: passing_failure(random, operation),
            )
            try:
                return self._task.call(call, random.uniform(0.005, 0.05))
            except Exception as error:
                if attempt == self._attempts or not is_passing(error):
                    raise
            self._task.sleep(random.uniform(0, MAX_BACKOFF_SECONDS))
        raise AssertionError


def part(data: bytes, asked: str) -> dict[str, object]:
    """What a read is answered with: all, or the bytes from the first to the last one asked for."""
    if not asked:
        return {"Body": BytesIO(data)}
    first, last = map(int, asked.removeprefix("bytes=").split("-"))
    if first >= len(data):
        raise refusal("InvalidRange", "GetObject", status=416)
    found = data[first : last + 1]
    return {
        "Body": BytesIO(found),
        "ContentLength": len(found),
        "ContentRange": f"bytes {first}-{first + len(found) - 1}/{len(data)}",
    }


class S3:
    """The client of S3."""

    def __init__(self, services: Services, call: Caller) -> None:
        self._buckets = services.buckets
        self._call = call

    def head_object(self, *, Bucket: str, Key: str) -> Any:
        def effect() -> object:
            newest = self._buckets[Bucket].newest(Key)
            if newest is None:  # there is no body to tell more
                raise refusal("404", "HeadObject", status=404)
            return facts(newest)

        return self._call("s3.head_object", Key, effect)

    def get_object(
        self,
        *,
        Bucket: str,
        Key: str,
        VersionId: str | None = None,
        Range: str = "",
        IfMatch: str | None = None,
    ) -> Any:
        def effect() -> object:
            version = self._buckets[Bucket].find(Key, VersionId, "GetObject")
            if IfMatch not in (None, f'"{version.etag}"'):
                raise refusal("PreconditionFailed", "GetObject", status=412)
            return {**facts(version), **part(version.data or b"", Range)}

        return self._call("s3.get_object", Key, effect)

    def put_object(
        self,
        *,
        Bucket: str,
        Key: str,
        Body: bytes,
        ContentType: str,
        CacheControl: str = "",
        ContentDisposition: str = "",
        Metadata: Mapping[str, str] | None = None,
        Tagging: str = "",
    ) -> Any:
        labels = Labels(
            cache_control=CacheControl,
            content_disposition=ContentDisposition,
            metadata=Metadata or {},
            tags=dict(parse_qsl(Tagging, keep_blank_values=True)),
        )
        return self._call(
            "s3.put_object", Key, lambda: self._buckets[Bucket].put(Key, Body, ContentType, labels)
        )

    def get_object_tagging(self, *, Bucket: str, Key: str, VersionId: str) -> Any:
        def effect() -> object:
            tags = self._buckets[Bucket].find(Key, VersionId, "GetObjectTagging").labels.tags
            return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}

        return self._call("s3.get_object_tagging", Key, effect)

    def delete_objects(self, *, Bucket: str, Delete: Mapping[str, Any]) -> Any:
        def effect() -> object:
            for each in Delete["Objects"]:
                self._buckets[Bucket].put(each["Key"], None)
            return {}

        return self._call("s3.delete_objects", Delete["Objects"][0]["Key"], effect)

    def get_paginator(self, operation: str) -> "Paginator":
        assert operation == "list_object_versions"

        def pages(
            *, Bucket: str, Prefix: str, PaginationConfig: Mapping[str, int]
        ) -> Iterator[Any]:
            listed = self._call(
                "s3.list_object_versions",
                Prefix,
                lambda: list(self._buckets[Bucket].pages(Prefix, PaginationConfig["PageSize"])),
            )
            yield from listed

        return Paginator(pages)


class Paginator:
    """Hands out pages."""

    def __init__(self, pages: Callable[..., Iterator[Any]]) -> None:
        self.paginate = pages


class DynamoDb:
    """The client of DynamoDB."""

    def __init__(self, services: Services, call: Caller) -> None:
        self._tables = services.tables
        self._call = call

    def update_item(
        self,
        *,
        TableName: str,
        Key: Mapping[str, Mapping[str, str]],
        UpdateExpression: str,
        ConditionExpression: str,
        ExpressionAttributeNames: Mapping[str, str],
        ExpressionAttributeValues: Mapping[str, Mapping[str, object]],
        ReturnValues: str,
        ReturnValuesOnConditionCheckFailure: str,
    ) -> Any:
        assert ReturnValues == ReturnValuesOnConditionCheckFailure == "ALL_OLD"
        table = self._tables[TableName]
        image, version = Key["image_id"]["S"], Key["version_id"]["S"]

        def effect() -> object:
            expressions = Expressions(ExpressionAttributeNames, ExpressionAttributeValues)
            before = table.get(image, {}).get(version, {})
            after = expressions.updated(UpdateExpression, before or Key)
            holds = expressions.holds(ConditionExpression, before)
            expressions.check_all_used()
            if not holds:
                more = {"Item": before} if before else {}
                raise refusal("ConditionalCheckFailedException", "UpdateItem", more=more)
            table.setdefault(image, {})[version] = after
            return {"Attributes": before} if before else {}

        return self._call("dynamodb.update_item", image, effect)

    def get_paginator(self, operation: str) -> Paginator:
        assert operation == "query"

        def pages(
            *,
            TableName: str,
            ConsistentRead: bool,
            KeyConditionExpression: str,
            ExpressionAttributeValues: Mapping[str, Mapping[str, str]],
            **_: object,
        ) -> Iterator[Any]:
            assert ConsistentRead
            assert KeyConditionExpression == "image_id = :image"
            image_id = ExpressionAttributeValues[":image"]["S"]

            def effect() -> Sequence[object]:
                return list(self._tables[TableName].get(image_id, {}).values())

            yield {"Items": self._call("dynamodb.query", image_id, effect)}

        return Paginator(pages)


class Sns:
    """The client of SNS."""

    def __init__(self, services: Services, call: Caller) -> None:
        self._published = services.published
        self._call = call

    def publish(self, *, TopicArn: str, Message: str, MessageAttributes: Mapping[str, Any]) -> Any:
        del TopicArn, MessageAttributes
        message = json.loads(Message)
        return self._call("sns.publish", message["key"], lambda: self._published.append(message))


class Sqs:
    """The client of SQS."""

    def __init__(self, services: Services, call: Caller) -> None:
        self._queues = services.queues
        self._call = call

    def send_message(
        self,
        *,
        QueueUrl: str,
        MessageBody: str,
        DelaySeconds: int = 0,
        MessageAttributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Any:
        attributes = {
            name: value["StringValue"] for name, value in (MessageAttributes or {}).items()
        }
        return self._call(
            "sqs.send_message",
            MessageBody,
            lambda: self._queues[QueueUrl].send(MessageBody, attributes, DelaySeconds),
        )


def make_clients(
    services: Services, task: Task, attempts: int = SDK_ATTEMPTS
) -> Callable[[str], object]:
    """Return what makes the clients of one invocation."""
    call = Caller(task, attempts)
    makers = {"s3": S3, "dynamodb": DynamoDb, "sns": Sns, "sqs": Sqs}
    return lambda service: makers[service](services, call)
