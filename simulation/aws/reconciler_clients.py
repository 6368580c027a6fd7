"""The boto3 clients that the reconciler gets; see `simulation.aws.clients`.

Of a batch a part is not done now and then, as AWS may do it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from simulation.aws.clients import Caller, Services
from simulation.aws.errors import refusal
from simulation.aws.expressions import Expressions
from simulation.engine import Engine, Task

LISTED = 40
"""Versions in a page: S3 may answer with fewer than it was asked for."""

PARTIAL = 0.1
"""Share of batches of which a part is not done."""

Item = Mapping[str, Mapping[str, str]]
_T = TypeVar("_T")


class Pipeline(Services, Protocol):
    """What is there to be called, and the function that makes variants."""

    engine: Engine

    def invoke_directly(self, event: Mapping[str, object]) -> None: ...


class S3:
    """The client of S3."""

    def __init__(self, pipeline: Pipeline, call: Caller) -> None:
        self._buckets = pipeline.buckets
        self._call = call

    def list_object_versions(
        self,
        *,
        Bucket: str,
        Prefix: str,
        MaxKeys: int,
        KeyMarker: str = "",
        VersionIdMarker: str = "",
    ) -> Any:
        assert MaxKeys == 1_000
        bucket = self._buckets[Bucket]
        effect = partial(bucket.page_after, Prefix, KeyMarker, VersionIdMarker, LISTED)
        return self._call("s3.list_object_versions", Prefix, effect)


class DynamoDb:
    """The client of DynamoDB."""

    def __init__(self, pipeline: Pipeline, call: Caller) -> None:
        self._pipeline = pipeline
        self._call = call

    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool) -> Any:
        assert ConsistentRead

        def effect() -> object:
            found = self._find(TableName, Key)
            return {"Item": found} if found else {}

        return self._call("dynamodb.get_item", Key["image_id"]["S"], effect)

    def put_item(
        self,
        *,
        TableName: str,
        Item: Item,
        ConditionExpression: str,
        ExpressionAttributeNames: Mapping[str, str],
        ExpressionAttributeValues: Item,
    ) -> Any:
        def effect() -> object:
            expressions = Expressions(ExpressionAttributeNames, ExpressionAttributeValues)
            if not expressions.holds(ConditionExpression, self._find(TableName, Item)):
                raise refusal("ConditionalCheckFailedException", "PutItem")
            expressions.check_all_used()
            self._put(TableName, Item)
            return {}

        return self._call("dynamodb.put_item", Item["image_id"]["S"], effect)

    def batch_get_item(self, *, RequestItems: Mapping[str, Mapping[str, Any]]) -> Any:
        ((table, asked),) = RequestItems.items()
        assert 0 < len(asked["Keys"]) <= 100
        names = asked["ExpressionAttributeNames"].values()

        def effect() -> object:
            done, left = _split(self._pipeline.engine, asked["Keys"])
            found = [item for key in done if (item := self._find(table, key))]
            items = [{name: item[name] for name in names if name in item} for item in found]
            rest = {table: {**asked, "Keys": left}} if left else {}
            return {"Responses": {table: items}, "UnprocessedKeys": rest}

        return self._call("dynamodb.batch_get_item", table, effect)

    def batch_write_item(self, *, RequestItems: Mapping[str, Sequence[Any]]) -> Any:
        ((table, asked),) = RequestItems.items()
        assert 0 < len(asked) <= 25

        def effect() -> object:
            done, left = _split(self._pipeline.engine, asked)
            for each in done:
                self._put(table, each["PutRequest"]["Item"])
            return {"UnprocessedItems": {table: left} if left else {}}

        return self._call("dynamodb.batch_write_item", table, effect)

    def _find(self, table: str, key: Item) -> Any:
        versions = self._pipeline.tables[table].get(key["image_id"]["S"], {})
        return versions.get(key["version_id"]["S"], {})

    def _put(self, table: str, item: Item) -> None:
        versions = self._pipeline.tables[table].setdefault(item["image_id"]["S"], {})
        versions[item["version_id"]["S"]] = dict(item)


class Sqs:
    """The client of SQS."""

    def __init__(self, pipeline: Pipeline, call: Caller) -> None:
        self._pipeline = pipeline
        self._call = call

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: Sequence[str]) -> Any:
        (name,) = AttributeNames

        def effect() -> object:
            return {"Attributes": {name: str(len(self._pipeline.queues[QueueUrl].visible))}}

        return self._call("sqs.get_queue_attributes", QueueUrl, effect)

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[Mapping[str, Any]]) -> Any:
        assert 0 < len(Entries) <= 10

        def effect() -> object:
            done, left = _split(self._pipeline.engine, Entries)
            for each in done:
                queue = self._pipeline.queues[QueueUrl]
                queue.send(each["MessageBody"], None, each["DelaySeconds"])
            return {"Failed": [{"Id": each["Id"]} for each in left]}

        return self._call("sqs.send_message_batch", QueueUrl, effect)


class Lambda:
    """The client of Lambda."""

    def __init__(self, pipeline: Pipeline, call: Caller) -> None:
        self._pipeline = pipeline
        self._call = call

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> Any:
        assert InvocationType == "Event"
        event = json.loads(Payload)
        later = partial(self._pipeline.invoke_directly, event)
        return self._call(
            "lambda.invoke", FunctionName, lambda: self._pipeline.engine.after(0, later)
        )


def _split(engine: Engine, asked: Sequence[_T]) -> tuple[Sequence[_T], Sequence[_T]]:
    """Return what is done of a batch, and what is not."""
    is_partial = len(asked) > 1 and engine.random.random() < PARTIAL
    return (asked[:-1], asked[-1:]) if is_partial else (asked, ())


def make_reconciler_clients(pipeline: Pipeline, task: Task) -> Callable[[str], object]:
    """Return what makes the clients of one run."""
    call = Caller(task)
    makers = {"s3": S3, "dynamodb": DynamoDb, "sqs": Sqs, "lambda": Lambda}
    return lambda service: makers[service](pipeline, call)
