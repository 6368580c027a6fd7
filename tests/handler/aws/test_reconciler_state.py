"""Requests of the reconciler's state to DynamoDB; stubs check each one by botocore's models."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from handler.aws.reconciler_state import DynamoDbReconcilerState
from handler.model.errors import Retryable
from handler.model.record import RecordState, Status
from handler.reconciler.ports import Progress, RequeueHistory

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.usefixtures("credentials")

A = {"image_id": {"S": "uploads/a.jpg"}, "version_id": {"S": "v1"}}
B = {"image_id": {"S": "uploads/a.jpg"}, "version_id": {"S": "v2"}}
STORED = {"status": {"S": "processing"}, "recipe": {"S": "r"}, "limits": {"S": "l"}}
PROGRESS = {"image_id": {"S": "reconciler"}, "version_id": {"S": "progress"}}
NOTED = datetime(2026, 11, 21, 8, 4, 34, tzinfo=UTC)


@pytest.fixture
def dynamodb() -> "DynamoDBClient":
    # boto3.client is overloaded for all of AWS, and not all of its stubs are installed.
    return boto3.client("dynamodb")  # pyright: ignore[reportUnknownMemberType]


def asked(*keys: object) -> dict[str, object]:
    names = ("image_id", "version_id", "status", "recipe", "limits", "attempt")
    request = {
        "Keys": list(keys),
        "ProjectionExpression": ", ".join(f"#{name}" for name in names),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
    }
    return {"images": request}


def test_rows_are_read_in_batches_and_unprocessed_keys_again(
    dynamodb: "DynamoDBClient",
) -> None:
    pauses: list[float] = []
    rest = asked(B)
    with Stubber(dynamodb) as stub:
        stub.add_response(
            "batch_get_item",
            {"Responses": {"images": [{**A, **STORED}]}, "UnprocessedKeys": rest},
            {"RequestItems": asked(A, B)},
        )
        stub.add_response("batch_get_item", {"Responses": {"images": []}}, {"RequestItems": rest})
        state = DynamoDbReconcilerState(dynamodb, "images", pauses.append)
        rows = state.rows("uploads", [("a.jpg", "v1"), ("a.jpg", "v2")])
    row = RecordState(version_id="v1", status=Status.PROCESSING, recipe="r", limits="l")
    assert rows == {("a.jpg", "v1"): row}
    assert pauses == [0.1]


def test_keys_that_stay_unprocessed_are_retried_by_the_next_run(
    dynamodb: "DynamoDBClient",
) -> None:
    with Stubber(dynamodb) as stub:
        for _ in range(8):
            stub.add_response(
                "batch_get_item", {"Responses": {}, "UnprocessedKeys": asked(A)}, None
            )
        with pytest.raises(Retryable):
            DynamoDbReconcilerState(dynamodb, "images", lambda _: None).rows(
                "uploads", [("a.jpg", "v1")]
            )


def test_each_hundred_rows_take_one_call(
    dynamodb: "DynamoDBClient",
) -> None:
    sizes: list[int] = []

    def note(params: Any, **_: object) -> None:
        sizes.append(len(params["RequestItems"]["images"]["Keys"]))

    dynamodb.meta.events.register("provide-client-params.dynamodb.BatchGetItem", note)
    with Stubber(dynamodb) as stub:
        for _ in range(2):
            stub.add_response("batch_get_item", {"Responses": {}})
        state = DynamoDbReconcilerState(dynamodb, "images")
        assert state.rows("uploads", []) == {}
        state.rows("uploads", [(f"{n}.jpg", "v1") for n in range(130)])
    assert sizes == [100, 30]


def test_an_upload_to_an_unversioned_bucket_is_found_by_its_etag(
    dynamodb: "DynamoDBClient",
) -> None:
    def stored(version: str) -> dict[str, object]:
        return {**A, **STORED, "version_id": {"S": version}}

    with Stubber(dynamodb) as stub:
        stub.add_response("batch_get_item", {"Responses": {}})
        rows = [stored("null:other:0055"), stored("null:e:0056")]
        stub.add_response("query", {"Items": rows})
        found = DynamoDbReconcilerState(dynamodb, "images").rows(
            "uploads", [("a.jpg", "null:e:2026")]
        )
    assert found["a.jpg", "null:e:2026"].version_id == "null:e:0056"


def test_progress_is_saved_only_if_no_other_run_has_saved_it(
    dynamodb: "DynamoDBClient",
) -> None:
    cursor = {"prefix": "", "key": "a.jpg"}
    item = {
        **PROGRESS,
        "position": {"S": '{"prefix": "", "key": "a.jpg"}'},
        "revision": {"N": "8"},
    }
    request = {
        "TableName": "images",
        "Item": item,
        "ConditionExpression": "attribute_not_exists(#revision) OR #revision = :revision",
        "ExpressionAttributeNames": {"#revision": "revision"},
        "ExpressionAttributeValues": {":revision": {"N": "7"}},
    }
    read = {"TableName": "images", "Key": PROGRESS, "ConsistentRead": True}
    state = DynamoDbReconcilerState(dynamodb, "images")
    with Stubber(dynamodb) as stub:
        stub.add_response("get_item", {}, read)
        assert state.progress() == Progress()
        stub.add_response("put_item", {}, request)
        assert state.save(Progress(cursor=cursor, revision=7)) is True
        stub.add_response("get_item", {"Item": item}, read)
        assert state.progress() == Progress(cursor=cursor, revision=8)
        stub.add_client_error("put_item", "ConditionalCheckFailedException")
        assert state.save(Progress(revision=7)) is False
        stub.add_client_error("put_item", "InternalServerError")
        with pytest.raises(Retryable):
            state.save(Progress(revision=8))


def test_requeue_histories_expire_and_have_keys_that_no_upload_has(
    dynamodb: "DynamoDBClient",
) -> None:
    written: list[Any] = []

    def note(params: Any, **_: object) -> None:
        written.extend(each["PutRequest"]["Item"] for each in params["RequestItems"]["images"])

    dynamodb.meta.events.register("provide-client-params.dynamodb.BatchWriteItem", note)
    about = ("x" * 1024, "v1", "")
    history = RequeueHistory(requeues=2, attempt="m/r", noted_at=NOTED)
    state = DynamoDbReconcilerState(dynamodb, "images", lambda _: None)
    with Stubber(dynamodb) as stub:
        left = {"images": [{"PutRequest": {"Item": A}}]}
        stub.add_response("batch_write_item", {"UnprocessedItems": left}, {"RequestItems": ANY})
        stub.add_response("batch_write_item", {}, {"RequestItems": left})
        state.note("uploads", {about: history})
        item = written[0]
        assert "/" not in item["image_id"]["S"]
        assert len(item["image_id"]["S"]) < 100
        # 90 days later, in seconds since 1970
        assert item["expires_at"] == {"N": str(int(NOTED.timestamp()) + 90 * 86_400)}
        stub.add_response("batch_get_item", {"Responses": {"images": [item]}})
        assert state.requeue_histories("uploads", [about]) == {about: history}
