"""What the reconciler reads of the records, and keeps beside them.

Its own items are in the same table, under hash keys that no upload has: those have a slash.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from handler.aws.errors import error_code, translated
from handler.contract import HISTORY_ID_PREFIX, PROGRESS_ID, TableAttribute
from handler.model.errors import Retryable
from handler.model.record import RecordState, image_id, read_record_state
from handler.model.versions import is_same, is_unversioned
from handler.reconciler.ports import Identity, Progress, RequeueHistory, RequeueKey

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_dynamodb import DynamoDBClient

_IMAGE_ID, _VERSION_ID = TableAttribute.IMAGE_ID.value, TableAttribute.VERSION_ID.value
_PROGRESS_KEY = {_IMAGE_ID: {"S": PROGRESS_ID}, _VERSION_ID: {"S": "progress"}}
_ROW = (_IMAGE_ID, _VERSION_ID, "status", "recipe", "limits", "attempt")
_KEPT = timedelta(days=90)

_GETS, _WRITES = 100, 25
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""

_TRIES = 8
"""With pauses from 0.1 s on that double, what DynamoDB leaves undone has 12 s."""

Item = Mapping[str, Mapping[str, str]]


class DynamoDbReconcilerState:
    """`Records` and `ReconcilerState` on a DynamoDB table, which expires by attribute `expires_at`.

    Args:
        pause: Waits for some seconds.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        table_name: str,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table_name = table_name
        self._pause = pause

    def rows(self, bucket: str, identities: Sequence[Identity]) -> Mapping[Identity, RecordState]:
        wanted = {(image_id(bucket, key), version): (key, version) for key, version in identities}
        keys = [_key(*each) for each in wanted]
        found = {wanted[_identity(item)]: _row(item) for item in self._get(keys, _ROW)}
        for key, version in identities:
            if (key, version) not in found and is_unversioned(version):
                for row in self._rows_of(image_id(bucket, key)):
                    if is_same(row.version_id, version):
                        found[key, version] = row
        return found

    def _rows_of(self, image: str) -> Iterator[RecordState]:
        """Read the rows of an upload to a bucket without versions, which its event has named."""
        asked: Any = {
            "TableName": self._table_name,
            "KeyConditionExpression": f"{_IMAGE_ID} = :image",
            "ExpressionAttributeValues": {":image": {"S": image}},
            **_projection(_ROW),
        }
        with translated():
            for page in self._client.get_paginator("query").paginate(**asked):
                yield from (_row(cast("Item", item)) for item in page["Items"])

    def progress(self) -> Progress:
        with translated():
            found = self._client.get_item(
                TableName=self._table_name, Key=_PROGRESS_KEY, ConsistentRead=True
            ).get("Item")
        if not found:
            return Progress()
        position = json.loads(str(found["position"].get("S")))
        return Progress(position=position, revision=int(str(found["revision"].get("N"))))

    def save(self, progress: Progress) -> bool:
        item = {
            **_PROGRESS_KEY,
            "position": {"S": json.dumps(progress.position)},
            "revision": {"N": str(progress.revision + 1)},
        }
        with translated():
            try:
                self._client.put_item(
                    TableName=self._table_name,
                    Item=item,
                    ConditionExpression="attribute_not_exists(#revision) OR #revision = :revision",
                    ExpressionAttributeNames={"#revision": "revision"},
                    ExpressionAttributeValues={":revision": {"N": str(progress.revision)}},
                )
            except ClientError as error:
                if error_code(error) != "ConditionalCheckFailedException":
                    raise
                return False
        return True

    def requeue_histories(
        self, bucket: str, requeue_keys: Sequence[RequeueKey]
    ) -> Mapping[RequeueKey, RequeueHistory]:
        keys = {_own_key(bucket, requeue_key): requeue_key for requeue_key in requeue_keys}
        names = (_IMAGE_ID, _VERSION_ID, "requeues", "attempt", "noted_at")
        found = self._get([_key(*each) for each in keys], names)
        return {keys[_identity(item)]: _past(item) for item in found}

    def note(self, bucket: str, requeue_histories: Mapping[RequeueKey, RequeueHistory]) -> None:
        items = [
            _item(_own_key(bucket, requeue_key), history)
            for requeue_key, history in requeue_histories.items()
        ]
        for start in range(0, len(items), _WRITES):
            self._put(items[start : start + _WRITES])

    def _get(self, keys: Sequence[Item], names: Sequence[str]) -> Iterator[Item]:
        for start in range(0, len(keys), _GETS):
            yield from self._get_batch(keys[start : start + _GETS], names)

    def _get_batch(self, keys: Sequence[Item], names: Sequence[str]) -> Iterator[Item]:
        asked: Any = {
            self._table_name: {
                "Keys": keys,
                **_projection(names),
            }
        }
        for _ in self._tries():
            with translated():
                answer = self._client.batch_get_item(RequestItems=asked)
            yield from cast("Sequence[Item]", answer["Responses"].get(self._table_name, []))
            asked = answer.get("UnprocessedKeys")
            if not asked:
                return
        raise Retryable("DynamoDB left keys unread")

    def _put(self, items: Sequence[Item]) -> None:
        asked: Any = {self._table_name: [{"PutRequest": {"Item": item}} for item in items]}
        for _ in self._tries():
            with translated():
                answer = self._client.batch_write_item(RequestItems=asked)
            asked = answer.get("UnprocessedItems")
            if not asked:
                return
        raise Retryable("DynamoDB left items unwritten")

    def _tries(self) -> Iterator[int]:
        for number in range(_TRIES):
            if number:
                self._pause(0.1 * 2 ** (number - 1))
            yield number


def _projection(names: Sequence[str]) -> Mapping[str, object]:
    return {
        "ProjectionExpression": ", ".join(f"#{name}" for name in names),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
    }


def _row(item: Item) -> RecordState:
    return read_record_state({name: value["S"] for name, value in item.items()})


def _key(image: str, version_id: str) -> Item:
    return {_IMAGE_ID: {"S": image}, _VERSION_ID: {"S": version_id}}


def _identity(item: Item) -> tuple[str, str]:
    return item[_IMAGE_ID]["S"], item[_VERSION_ID]["S"]


def _own_key(bucket: str, requeue_key: RequeueKey) -> tuple[str, str]:
    """Return the hash key and range key of what is remembered: of any length, they fit."""
    text = json.dumps([bucket, *requeue_key])
    return f"{HISTORY_ID_PREFIX}{hashlib.sha256(text.encode()).hexdigest()}", "past"


def _item(own_key: tuple[str, str], history: RequeueHistory) -> Item:
    noted_at = history.noted_at or datetime.now(UTC)
    return {
        **_key(*own_key),
        "requeues": {"N": str(history.requeues)},
        "noted_at": {"S": noted_at.isoformat()},
        TableAttribute.EXPIRES_AT.value: {"N": str(int((noted_at + _KEPT).timestamp()))},
        **({"attempt": {"S": history.attempt}} if history.attempt else {}),
    }


def _past(item: Item) -> RequeueHistory:
    return RequeueHistory(
        requeues=int(item["requeues"]["N"]),
        attempt=item.get("attempt", {}).get("S"),
        noted_at=datetime.fromisoformat(item["noted_at"]["S"]),
    )
