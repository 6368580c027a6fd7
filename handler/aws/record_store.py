"""The records, in a DynamoDB table."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from handler.aws.errors import error_code, translated
from handler.contract import TableAttribute
from handler.events.notices import Attempt
from handler.model.record import OPTIONAL, RecordState, Status, read_record_state
from handler.ports import Claim

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_dynamodb import DynamoDBClient

_IDENTITY = (TableAttribute.IMAGE_ID, TableAttribute.VERSION_ID)
_ROW = (TableAttribute.VERSION_ID.value, "status", "recipe", "limits", "variants", "attempt")

_FREE = "attribute_not_exists(#attempt) OR begins_with(#attempt, :owner) OR #attempt = :waited_for"
_FIRST = (
    f"attribute_not_exists(#status) OR (#status = :processing AND ({_FREE})) "
    "OR (#status IN (:processed, :rejected) AND #recipe <> :recipe) "
    "OR (#status = :rejected AND #limits <> :limits)"
)
_AGAIN = f"attribute_not_exists(#status) OR #status <> :processing OR {_FREE}"


class DynamoDbRecordStore:
    """`RecordStore` on a DynamoDB table.

    A claim writes the row with status `processing` and the attempt's name, by which the mark then
    knows it: an attempt whose claim was taken over cannot write any more.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name
        self._serializer = TypeSerializer()
        self._deserializer = TypeDeserializer()

    def claim(
        self, record: Mapping[str, object], attempt: Attempt, *, waited_for: str | None, again: bool
    ) -> Claim:
        values: dict[str, object] = {
            ":owner": attempt.owner,
            ":waited_for": waited_for or "",
            ":processing": Status.PROCESSING,
        }
        if not again:
            values |= {
                ":processed": Status.PROCESSED,
                ":rejected": Status.REJECTED,
                ":recipe": record["recipe"],
                ":limits": record["limits"],
            }
        won, before = self._update(
            record,
            {**_attributes(record), "attempt": attempt.token},
            condition=_AGAIN if again else _FIRST,
            values=values,
        )
        return Claim(won=won, before=self._row(before) if before else None)

    def rows(self, image_id: str) -> Sequence[RecordState]:
        with translated():
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table_name,
                ConsistentRead=True,
                KeyConditionExpression=f"{TableAttribute.IMAGE_ID} = :image",
                ExpressionAttributeValues=self._serialize({":image": image_id}),
                ProjectionExpression=", ".join(f"#{name}" for name in _ROW),
                ExpressionAttributeNames={f"#{name}": name for name in _ROW},
            )
            return [self._row(stored) for page in pages for stored in page["Items"]]

    def mark(self, record: Mapping[str, object], attempt: Attempt, *, settled: bool) -> bool:
        kept = () if settled else ("variants",)
        unknown = [name for name in OPTIONAL if name not in record and name not in kept]
        won, _ = self._update(
            record,
            _attributes(record),
            remove=[*unknown, *(["attempt"] if settled else [])],
            condition="#status = :processing AND #attempt = :attempt",
            values={":processing": Status.PROCESSING, ":attempt": attempt.token},
        )
        return won

    def retire(self, image_id: str, row: RecordState, status: Status) -> None:
        self._update(
            _identity(image_id, row),
            {"status": status.value},
            remove=["variants"],
            condition="#status = :processed",
            values={":processed": Status.PROCESSED},
        )

    def forget(self, image_id: str, row: RecordState) -> None:
        self._update(
            _identity(image_id, row),
            {},
            remove=["attempt", "variants"],
            condition="#status = :status AND #attempt = :attempt",
            values={":status": row.status, ":attempt": row.attempt},
        )

    def _update(
        self,
        identity: Mapping[str, object],
        attributes: Mapping[str, object],
        *,
        condition: str,
        values: Mapping[str, object],
        remove: Sequence[str] = (),
    ) -> tuple[bool, Mapping[str, Any]]:
        """Set and remove attributes if the condition holds; return whether, and the old item."""
        names = {*attributes, *remove, *(name for name in _ROW if f"#{name}" in condition)}
        clauses: list[str] = []
        if attributes:
            clauses.append("SET " + ", ".join(f"#{name} = :set_{name}" for name in attributes))
        if remove:
            clauses.append("REMOVE " + ", ".join(f"#{name}" for name in remove))
        with translated():
            try:
                answer = self._client.update_item(
                    TableName=self._table_name,
                    Key=self._serialize({name: identity[name] for name in _IDENTITY}),
                    UpdateExpression=" ".join(clauses),
                    ConditionExpression=condition,
                    # Many names are reserved words, so all are spelt as placeholders.
                    ExpressionAttributeNames={f"#{name}": name for name in sorted(names)},
                    ExpressionAttributeValues=self._serialize(
                        {**values, **{f":set_{name}": attributes[name] for name in attributes}}
                    ),
                    ReturnValues="ALL_OLD",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                return False, error.response.get("Item", {})
            return True, answer.get("Attributes", {})

    def _row(self, stored: Mapping[str, Any]) -> RecordState:
        return read_record_state(
            {name: self._deserializer.deserialize(stored[name]) for name in _ROW if name in stored}
        )

    def _serialize(self, values: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
        """Return the values as DynamoDB takes them; it has no floats, but exact decimals."""
        exact = cast("dict[str, object]", json.loads(json.dumps(values), parse_float=Decimal))
        return {name: self._serializer.serialize(value) for name, value in exact.items()}


def _attributes(record: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in record.items() if name not in _IDENTITY}


def _identity(image_id: str, row: RecordState) -> dict[str, object]:
    return {TableAttribute.IMAGE_ID: image_id, TableAttribute.VERSION_ID: row.version_id}
