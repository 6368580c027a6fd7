"""Requests of the record store to DynamoDB, and the conversion of its responses.

Stubs check each request against botocore's models. The simulation tests the effect of the
conditions, and `tests/local` that the role allows each call.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.stub import ANY, Stubber

from handler.aws.record_store import DynamoDbRecordStore
from handler.events.s3_events import Attempt
from handler.model.errors import Retryable
from handler.model.record import RecordState, Status
from handler.ports import Claim

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.usefixtures("credentials")

ATTEMPT = Attempt(message_id="m1", request_id="r1")
RECORD: Mapping[str, object] = {
    "image_id": "uploads/a.jpg",
    "version_id": "v1",
    "status": "processed",
    "recipe": "r1",
    "limits": "l1",
    "source": {"exif": {"ExposureTime": 0.1, "ISOSpeedRatings": 100}},
}
KEY = {"image_id": {"S": "uploads/a.jpg"}, "version_id": {"S": "v1"}}
STORED = {
    "version_id": {"S": "v1"},
    "status": {"S": "processing"},
    "recipe": {"S": "r0"},
    "limits": {"S": "l0"},
    "attempt": {"S": "m0/r0"},
    "variants": {"L": [{"M": {"key": {"S": "a_b.jpg"}}}]},
}
ROW = RecordState(
    version_id="v1",
    status=Status.PROCESSING,
    recipe="r0",
    limits="l0",
    attempt="m0/r0",
    variants={"a_b.jpg": {"key": "a_b.jpg"}},
)


@pytest.fixture
def dynamodb() -> "DynamoDBClient":
    # boto3.client is overloaded for all of AWS, and not all of its stubs are installed.
    return boto3.client("dynamodb")  # pyright: ignore[reportUnknownMemberType]


def request(**parts: object) -> dict[str, object]:
    return {
        "TableName": "images",
        "Key": KEY,
        "UpdateExpression": ANY,
        "ConditionExpression": ANY,
        "ExpressionAttributeNames": ANY,
        "ExpressionAttributeValues": ANY,
        "ReturnValues": "ALL_OLD",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        **parts,
    }


@pytest.mark.parametrize("again", [False, True])
def test_a_claim_returns_the_previous_record_whether_it_is_won_or_not(
    dynamodb: "DynamoDBClient", again: bool
) -> None:
    def claim() -> Claim:
        record_store = DynamoDbRecordStore(dynamodb, "images")
        return record_store.claim(RECORD, ATTEMPT, waited_for=None, again=again)

    with Stubber(dynamodb) as stub:
        stub.add_response("update_item", {}, request())
        assert claim() == Claim(won=True, before=None)
        stub.add_response("update_item", {"Attributes": STORED})
        assert claim() == Claim(won=True, before=ROW)
        stub.add_client_error(
            "update_item", "ConditionalCheckFailedException", modeled_fields={"Item": STORED}
        )
        assert claim() == Claim(won=False, before=ROW)


def test_finalize_writes_exact_numbers_and_removes_unknown_attributes(
    dynamodb: "DynamoDBClient",
) -> None:
    with Stubber(dynamodb) as stub:
        stub.add_response(
            "update_item",
            {},
            request(
                UpdateExpression="SET #status = :set_status, #recipe = :set_recipe, "
                "#limits = :set_limits, #source = :set_source "
                "REMOVE #reason, #detail, #variants, #processed_at, #duration_ms, #attempt",
                ConditionExpression="#status = :processing AND #attempt = :attempt",
                ExpressionAttributeValues={
                    ":processing": {"S": "processing"},
                    ":attempt": {"S": "m1/r1"},
                    ":set_status": {"S": "processed"},
                    ":set_recipe": {"S": "r1"},
                    ":set_limits": {"S": "l1"},
                    ":set_source": {
                        "M": {
                            "exif": {
                                "M": {"ExposureTime": {"N": "0.1"}, "ISOSpeedRatings": {"N": "100"}}
                            }
                        }
                    },
                },
            ),
        )
        record_store = DynamoDbRecordStore(dynamodb, "images")
        assert record_store.finalize(RECORD, ATTEMPT, converged=True) is True
        stub.add_client_error("update_item", "ConditionalCheckFailedException")
        assert record_store.finalize(RECORD, ATTEMPT, converged=False) is False


def test_finalize_with_traces_keeps_the_attempt_and_the_previous_variants(
    dynamodb: "DynamoDBClient",
) -> None:
    update = (
        "SET #status = :set_status, #recipe = :set_recipe, #limits = :set_limits, "
        "#source = :set_source REMOVE #reason, #detail, #processed_at, #duration_ms"
    )
    with Stubber(dynamodb) as stub:
        stub.add_response("update_item", {}, request(UpdateExpression=update))
        DynamoDbRecordStore(dynamodb, "images").finalize(RECORD, ATTEMPT, converged=False)


def test_all_rows_of_an_upload_are_read_consistently(dynamodb: "DynamoDBClient") -> None:
    asked = {
        "TableName": "images",
        "ConsistentRead": True,
        "KeyConditionExpression": "image_id = :image",
        "ExpressionAttributeValues": {":image": {"S": "uploads/a.jpg"}},
        "ProjectionExpression": "#version_id, #status, #recipe, #limits, #variants, #attempt",
        "ExpressionAttributeNames": ANY,
    }
    with Stubber(dynamodb) as stub:
        stub.add_response("query", {"Items": [STORED], "LastEvaluatedKey": KEY}, asked)
        stub.add_response(
            "query",
            {"Items": [{**STORED, "version_id": {"S": "v2"}}]},
            {**asked, "ExclusiveStartKey": KEY},
        )
        rows = DynamoDbRecordStore(dynamodb, "images").rows("uploads/a.jpg")
    assert [row.version_id for row in rows] == ["v1", "v2"]
    assert rows[0] == ROW


def supersede(record_store: DynamoDbRecordStore) -> None:
    record_store.supersede("uploads/a.jpg", ROW)


def clear_attempt(record_store: DynamoDbRecordStore) -> None:
    record_store.clear_attempt("uploads/a.jpg", ROW)


@pytest.mark.parametrize(
    ("write", "update", "condition"),
    [
        (supersede, "SET #status = :set_status REMOVE #variants", "#status = :processed"),
        (clear_attempt, "REMOVE #attempt, #variants", "#status = :status AND #attempt = :attempt"),
    ],
)
def test_other_rows_are_updated_conditionally_and_a_failure_is_retried(
    dynamodb: "DynamoDBClient",
    write: Callable[[DynamoDbRecordStore], None],
    update: str,
    condition: str,
) -> None:
    record_store = DynamoDbRecordStore(dynamodb, "images")
    with Stubber(dynamodb) as stub:
        expected = request(UpdateExpression=update, ConditionExpression=condition)
        stub.add_response("update_item", {}, expected)
        write(record_store)
        stub.add_client_error("update_item", "ConditionalCheckFailedException")
        write(record_store)
        stub.add_client_error("update_item", "ProvisionedThroughputExceededException")
        with pytest.raises(Retryable):
            write(record_store)
