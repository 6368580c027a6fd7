"""The ports, on AWS."""

import json
import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, cast

import boto3
from boto3.dynamodb.types import TypeSerializer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handler.errors import Rejected, Retryable, SourceGone
from handler.limits import check_source_bytes
from handler.ports import DeadLetters, ObjectFacts, StoredObject
from handler.process import Pipeline
from handler.record import Status
from handler.settings import Settings

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef, HeadObjectOutputTypeDef
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

logger = logging.getLogger(__name__)

_CONFIG = Config(
    # Three attempts with jitter: 5 % of calls failing, as in a bad hour, then fail 1 in 8,000.
    # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    retries={"mode": "standard", "total_max_attempts": 3},
    connect_timeout=2,
    # The silence between two packets, not the whole transfer.
    read_timeout=10,
)

_GONE = {
    "404",  # HeadObject answers without a body, so botocore has the status only
    "NoSuchKey",
    "NoSuchVersion",
    "405",
    "MethodNotAllowed",  # the version is a delete marker
}

_MAX_ATTRIBUTE_BYTES = 256


def connect(settings: Settings) -> Pipeline:
    """Build the pipeline on AWS clients of the runtime's region and role."""
    return Pipeline(
        settings=settings,
        objects=S3ObjectStore(cast("S3Client", _client("s3"))),
        catalog=DynamoDbCatalog(cast("DynamoDBClient", _client("dynamodb")), settings.table_name),
        notifier=SnsNotifier(cast("SNSClient", _client("sns")), settings.topic_arn),
        dead_letters=_dead_letters(settings.dead_letter_queue_url),
        clock=lambda: datetime.now(UTC),
    )


def _dead_letters(queue_url: str | None) -> DeadLetters:
    if queue_url is None:
        return LogDeadLetters()
    return SqsDeadLetters(cast("SQSClient", _client("sqs")), queue_url)


def _client(service: Literal["s3", "dynamodb", "sns", "sqs"]) -> object:
    # boto3.client is overloaded for all of AWS, and not all of its stubs are installed.
    return boto3.client(service, config=_CONFIG)  # pyright: ignore[reportUnknownMemberType]


class S3ObjectStore:
    """`ObjectStore` on S3."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def head(self, bucket: str, key: str) -> ObjectFacts:
        with _translated(), _gone(f"{bucket}/{key}"):
            return _facts(self._client.head_object(Bucket=bucket, Key=key))

    def get(self, bucket: str, key: str, version_id: str | None, max_bytes: int) -> StoredObject:
        with _translated(), _gone(f"{bucket}/{key}"):
            response = (
                self._client.get_object(Bucket=bucket, Key=key)
                if version_id is None
                else self._client.get_object(Bucket=bucket, Key=key, VersionId=version_id)
            )
            expected_bytes = response["ContentLength"]
            with response["Body"] as body:
                check_source_bytes(expected_bytes, max_bytes)
                data = body.read(max_bytes + 1)
        if len(data) != expected_bytes:
            # botocore checks this only for reads without a limit. A cut image would be "damaged".
            raise Retryable(f"{bucket}/{key} has {expected_bytes} bytes, {len(data)} were read")
        return StoredObject(facts=_facts(response), data=data)

    def put(self, bucket: str, key: str, data: bytes, content_type: str) -> None:
        with _translated():
            self._client.put_object(Bucket=bucket, Key=key, Body=data, ContentType=content_type)


class DynamoDbCatalog:
    """`Catalog` on a DynamoDB table, by conditional writes only."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table_name = table_name
        self._serializer = TypeSerializer()

    def claim(self, record: Mapping[str, object]) -> bool:
        return self._put(
            record, "attribute_not_exists(image_id) OR #status = :processing OR recipe <> :recipe"
        )

    def mark(self, record: Mapping[str, object]) -> bool:
        # Without this, a slow function could put the record of an older recipe over a newer one.
        return self._put(
            record,
            "attribute_not_exists(image_id) OR (#status = :processing AND recipe = :recipe)",
        )

    def _put(self, record: Mapping[str, object], condition: str) -> bool:
        with _translated():
            try:
                self._client.put_item(
                    TableName=self._table_name,
                    Item=self._serialize(record),
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#status": "status"},  # a reserved word
                    ExpressionAttributeValues=self._serialize(
                        {":processing": Status.PROCESSING, ":recipe": record["recipe"]}
                    ),
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
            return True

    def _serialize(self, values: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
        """Return the values as DynamoDB takes them; it has no floats, but exact decimals."""
        exact = cast("dict[str, object]", json.loads(json.dumps(values), parse_float=Decimal))
        return {name: self._serializer.serialize(value) for name, value in exact.items()}


class SnsNotifier:
    """`Notifier` on an SNS topic. Subscribers can filter by the attribute `status`."""

    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def publish(self, message: Mapping[str, object]) -> None:
        with _translated():
            self._client.publish(
                TopicArn=self._topic_arn,
                Message=json.dumps(message),
                MessageAttributes={
                    "status": {"DataType": "String", "StringValue": str(message["status"])}
                },
            )


class SqsDeadLetters:
    """`DeadLetters` on an SQS queue, with reason and detail as message attributes."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def forward(self, body: str, rejection: Rejected) -> None:
        detail = rejection.detail.encode()[:_MAX_ATTRIBUTE_BYTES].decode(errors="ignore")
        with _translated():
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=body,
                MessageAttributes={
                    "reason": {"DataType": "String", "StringValue": rejection.reason},
                    "detail": {"DataType": "String", "StringValue": detail},
                },
            )


class LogDeadLetters:
    """`DeadLetters` where there is no queue for them: the log is all that is left of them."""

    def forward(self, body: str, rejection: Rejected) -> None:
        logger.error(
            "rejected-without-dead-letter-queue",
            extra={
                "reason": rejection.reason.value,
                "detail": rejection.detail,
                "body_bytes": len(body.encode()),
            },
        )


def _facts(response: "GetObjectOutputTypeDef | HeadObjectOutputTypeDef") -> ObjectFacts:
    return ObjectFacts(
        version_id=response.get("VersionId"),
        size_bytes=response["ContentLength"],
        content_type=response.get("ContentType"),
        etag=response["ETag"].strip('"'),
        last_modified=response["LastModified"],
    )


@contextmanager
def _translated() -> Generator[None]:
    """Turn what botocore raises into `Retryable`: whatever AWS refuses now may be mended later."""
    try:
        yield
    except ClientError as error:
        raise Retryable(str(error)) from error
    except BotoCoreError as error:
        raise Retryable(f"{type(error).__name__}: {error}") from error


@contextmanager
def _gone(name: str) -> Generator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _GONE:
            raise SourceGone(f"{name} does not exist any more") from error
        raise
