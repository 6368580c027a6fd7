"""The client of DynamoDB, for tables with the keys `image_id` and `version_id`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulation.aws.errors import refusal
from simulation.aws.expressions import Expressions, projected
from simulation.aws.services import MakeCall, Paginator, SimulatedServices, split

QUERIED = 40
"""Maximum of items in a page of a query, in place of DynamoDB's limit of 1 MB."""

Item = Mapping[str, Mapping[str, object]]
_NO_NAMES: Mapping[str, str] = {}


class DynamoDb:
    """The client of DynamoDB."""

    def __init__(self, services: SimulatedServices, call: MakeCall) -> None:
        self._services = services
        self._call = call

    def update_item(
        self,
        *,
        TableName: str,
        Key: Item,
        UpdateExpression: str,
        ConditionExpression: str,
        ExpressionAttributeNames: Mapping[str, str],
        ExpressionAttributeValues: Item,
        ReturnValues: str,
        ReturnValuesOnConditionCheckFailure: str,
    ) -> Any:
        assert ReturnValues == ReturnValuesOnConditionCheckFailure == "ALL_OLD"

        def effect() -> object:
            expressions = Expressions(ExpressionAttributeNames, ExpressionAttributeValues)
            before = self._find(TableName, Key)
            after = expressions.updated(UpdateExpression, before or Key)
            holds = expressions.holds(ConditionExpression, before)
            expressions.check_all_used()
            if not holds:
                more = {"Item": before} if before else {}
                raise refusal("ConditionalCheckFailedException", "UpdateItem", more=more)
            self._put(TableName, after)
            return {"Attributes": before} if before else {}

        return self._call("dynamodb.update_item", str(Key["image_id"]["S"]), effect)

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
            holds = expressions.holds(ConditionExpression, self._find(TableName, Item))
            expressions.check_all_used()
            if not holds:
                raise refusal("ConditionalCheckFailedException", "PutItem")
            self._put(TableName, Item)
            return {}

        return self._call("dynamodb.put_item", str(Item["image_id"]["S"]), effect)

    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool) -> Any:
        assert ConsistentRead

        def effect() -> object:
            found = self._find(TableName, Key)
            return {"Item": found} if found else {}

        return self._call("dynamodb.get_item", str(Key["image_id"]["S"]), effect)

    def query(
        self,
        *,
        TableName: str,
        KeyConditionExpression: str,
        ExpressionAttributeValues: Item,
        ConsistentRead: bool = False,
        ProjectionExpression: str = "",
        ExpressionAttributeNames: Mapping[str, str] = _NO_NAMES,
        Limit: int = QUERIED,
        ExclusiveStartKey: Item | None = None,
    ) -> Any:
        """Return the items of a hash key; responses are always consistent."""
        del ConsistentRead
        assert KeyConditionExpression == "image_id = :image"
        image_id = str(ExpressionAttributeValues[":image"]["S"])
        start = str(ExclusiveStartKey["version_id"]["S"]) if ExclusiveStartKey else ""

        def effect() -> object:
            stored = self._services.tables[TableName].get(image_id, {})
            found = [stored[name] for name in sorted(stored) if name > start]
            chunk = found[: min(Limit, QUERIED)]
            items = [
                projected(each, ProjectionExpression, ExpressionAttributeNames) for each in chunk
            ]
            answer: dict[str, object] = {"Items": items, "Count": len(items)}
            if len(found) > len(chunk):
                keys = ("image_id", "version_id")
                answer["LastEvaluatedKey"] = {name: chunk[-1][name] for name in keys}
            return answer

        return self._call("dynamodb.query", image_id, effect)

    def get_paginator(self, operation: str) -> Paginator:
        assert operation == "query"
        return Paginator(self._query_pages)

    def batch_get_item(self, *, RequestItems: Mapping[str, Mapping[str, Any]]) -> Any:
        ((table, asked),) = RequestItems.items()
        assert 0 < len(asked["Keys"]) <= 100
        what = (asked["ProjectionExpression"], asked["ExpressionAttributeNames"])

        def effect() -> object:
            done, left = split(self._services.engine, asked["Keys"])
            found = [item for key in done if (item := self._find(table, key))]
            rest = {table: {**asked, "Keys": left}} if left else {}
            items = [projected(item, *what) for item in found]
            return {"Responses": {table: items}, "UnprocessedKeys": rest}

        return self._call("dynamodb.batch_get_item", table, effect)

    def batch_write_item(self, *, RequestItems: Mapping[str, Sequence[Any]]) -> Any:
        ((table, asked),) = RequestItems.items()
        assert 0 < len(asked) <= 25

        def effect() -> object:
            done, left = split(self._services.engine, asked)
            for each in done:
                self._put(table, each["PutRequest"]["Item"])
            return {"UnprocessedItems": {table: left} if left else {}}

        return self._call("dynamodb.batch_write_item", table, effect)

    def _query_pages(
        self, *, PaginationConfig: Mapping[str, int] | None = None, **asked: Any
    ) -> Iterator[Any]:
        limit = (PaginationConfig or {}).get("PageSize", QUERIED)
        start: Item | None = None
        while True:
            page = self.query(**asked, Limit=limit, ExclusiveStartKey=start)
            yield page
            if (start := page.get("LastEvaluatedKey")) is None:
                return

    def _find(self, table: str, key: Item) -> Item:
        versions = self._services.tables[table].get(str(key["image_id"]["S"]), {})
        return versions.get(str(key["version_id"]["S"]), {})

    def _put(self, table: str, item: Item) -> None:
        versions = self._services.tables[table].setdefault(str(item["image_id"]["S"]), {})
        versions[str(item["version_id"]["S"])] = dict(item)
