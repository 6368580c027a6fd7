"""Conditional writes and queries, according to the documentation of Amazon DynamoDB."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance.both import Aws
from tests.conformance.calls import refusal_of, refused

KEY = {"image_id": {"S": "uploads/a"}, "version_id": {"S": "v1"}}


def update(
    aws: Aws,
    expression: str,
    condition: str,
    values: Mapping[str, str],
    names: tuple[str, ...] = ("status", "owner"),
    version_id: str = "v1",
) -> Any:
    return aws.client("dynamodb").update_item(
        TableName=aws.table,
        Key={**KEY, "version_id": {"S": version_id}},
        UpdateExpression=expression,
        ConditionExpression=condition,
        ExpressionAttributeNames={f"#{name}": name for name in names},
        ExpressionAttributeValues={f":{name}": {"S": value} for name, value in values.items()},
        ReturnValues="ALL_OLD",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )


def put_new(aws: Aws, version_id: str = "v1") -> Any:
    values = {"status": "new", "owner": "m1/r1"}
    expression, condition = (
        "SET #status = :status, #owner = :owner",
        "attribute_not_exists(#status)",
    )
    return update(aws, expression, condition, values, version_id=version_id)


def read(aws: Aws) -> Any:
    return aws.client("dynamodb").get_item(TableName=aws.table, Key=KEY, ConsistentRead=True)


def test_an_update_creates_an_item_that_does_not_exist(aws: Aws) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html"""
    assert "Item" not in read(aws)
    assert "Attributes" not in put_new(aws)
    assert read(aws)["Item"] == {**KEY, "status": {"S": "new"}, "owner": {"S": "m1/r1"}}


def test_a_failed_condition_changes_nothing_and_returns_the_item(aws: Aws) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html"""
    put_new(aws)
    before = read(aws)["Item"]
    response = refusal_of(put_new, aws)
    assert response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Item"] == before == read(aws)["Item"]


def test_a_failed_condition_on_a_missing_item_returns_no_item(aws: Aws) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html"""
    response = refusal_of(update, aws, "REMOVE #owner", "#status = :status", {"status": "new"})
    assert response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert "Item" not in response
    assert "Item" not in read(aws)


def test_an_update_returns_the_item_before_it(aws: Aws) -> None:
    """Removing an attribute that an item does not have changes nothing.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
    """
    put_new(aws)
    names = ("status", "owner", "none")
    values = {"status": "new", "done": "done"}
    answer = update(
        aws, "SET #status = :done REMOVE #owner, #none", "#status = :status", values, names
    )
    assert answer["Attributes"] == {**KEY, "status": {"S": "new"}, "owner": {"S": "m1/r1"}}
    assert read(aws)["Item"] == {**KEY, "status": {"S": "done"}}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("#status = :new", True),
        ("#status <> :new", False),
        ("#none = :new", False),
        ("attribute_exists(#owner) AND #status = :new", True),
        ("attribute_exists(#none) AND #status = :new", False),
        ("begins_with(#owner, :m1)", True),
        ("begins_with(#owner, :new)", False),
        ("begins_with(#none, :m1)", False),
        ("#status IN (:m1, :new)", True),
        ("NOT #status = :new", False),
        ("#status = :m1 OR #status = :new AND #owner = :new", False),  # AND has higher precedence
        ("(#status = :m1 OR #status = :new) AND begins_with(#owner, :m1)", True),
    ],
)
def test_a_condition_holds_or_not(aws: Aws, condition: str, holds: bool) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html"""
    put_new(aws)
    names = [name for name in ("status", "owner", "none") if f"#{name}" in condition]
    values = {"new": "new", "m1": "m1/"}
    used = {name: value for name, value in values.items() if f":{name}" in condition}
    arguments: Any = (aws, "REMOVE #seen", condition, used, ("seen", *names))
    if holds:
        assert update(*arguments)["Attributes"]["status"] == {"S": "new"}
    else:
        assert refused(update, *arguments) == ("ConditionalCheckFailedException", 400)


def test_a_placeholder_that_no_expression_uses_is_refused(aws: Aws) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeValues.html"""
    condition, values = "attribute_not_exists(#status)", {"status": "new", "unused": "1"}
    code, status = refused(update, aws, "SET #status = :status", condition, values, ("status",))
    assert (code, status) == ("ValidationException", 400)


def test_a_query_returns_items_in_the_order_of_their_range_keys_page_by_page(
    aws: Aws,
) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html"""
    for version_id in ("b", "B", "a", "ü", "c"):
        put_new(aws, version_id)
    asked: Any = {
        "TableName": aws.table,
        "ConsistentRead": True,
        "KeyConditionExpression": "image_id = :image",
        "ExpressionAttributeValues": {":image": {"S": "uploads/a"}},
        "ProjectionExpression": "#version_id, #none",
        "ExpressionAttributeNames": {"#version_id": "version_id", "#none": "none"},
    }
    paginator = aws.client("dynamodb").get_paginator("query")
    pages = list(paginator.paginate(**asked, PaginationConfig={"PageSize": 2}))
    assert [item for page in pages for item in page["Items"]] == [
        {"version_id": {"S": version_id}} for version_id in ("B", "a", "b", "c", "ü")
    ]
    assert max(len(page["Items"]) for page in pages) == 2
