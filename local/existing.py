"""Create in the embedded AWS what a stack file names as existing."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from handler.contract import UPLOADED_INDEX, TableAttribute
from local.clients import Clients

VISIBILITY_TIMEOUT_SECONDS = 5400
"""Six times the longest time limit of a function, as AWS recommends:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""


def create_existing(
    clients: Clients, options: Mapping[str, object], *, layer: Path
) -> dict[str, str]:
    """Create the resources, connected as a user of the options must have connected them.

    Args:
        clients: those of the emulator.
        options: values by name, without a namespace.
        layer: zip of the existing layer.

    Returns:
        The same options with the names and ARNs of what was created.
    """

    def layer_arn(arn: str) -> str:
        published = clients.lambda_.publish_layer_version(
            LayerName=arn.split(":")[-2], Content={"ZipFile": layer.read_bytes()}
        )
        return published["LayerVersionArn"]

    creators: Mapping[str, Callable[[str], str]] = {
        "existingUploadBucket": lambda name: _bucket(clients, name),
        "existingProcessedBucket": lambda name: _bucket(clients, name),
        "existingQueueArn": lambda arn: _queue(clients, _last(arn)),
        "existingDeadLetterQueueArn": lambda arn: _queue(clients, _last(arn)),
        "existingTableName": lambda name: _table(clients, name),
        "existingTopicArn": lambda arn: _topic(clients, _last(arn)),
        "alarmTopicArn": lambda arn: _topic(clients, _last(arn)),
        "existingKmsKeyArn": lambda _: clients.kms.create_key()["KeyMetadata"].get("Arn", ""),
        "existingLayerArn": layer_arn,
    }
    created = {
        option: create(str(options[option]))
        for option, create in creators.items()
        if options.get(option)
    }
    if {"existingUploadBucket", "existingQueueArn"} <= created.keys():
        _notify(clients, created["existingUploadBucket"], created["existingQueueArn"])
    return created


def _last(arn: str) -> str:
    return arn.rpartition(":")[2]


def _bucket(clients: Clients, name: str) -> str:
    clients.s3.create_bucket(Bucket=name)
    clients.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def _queue(clients: Clients, name: str) -> str:
    url = clients.sqs.create_queue(
        QueueName=name, Attributes={"VisibilityTimeout": str(VISIBILITY_TIMEOUT_SECONDS)}
    )["QueueUrl"]
    found = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = found["Attributes"]["QueueArn"]
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    clients.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return arn


def _topic(clients: Clients, name: str) -> str:
    return clients.sns.create_topic(Name=name)["TopicArn"]


def _table(clients: Clients, name: str) -> str:
    """Create a table with the keys and the index that docs/records.md asks for."""
    keys = (TableAttribute.IMAGE_ID, TableAttribute.VERSION_ID)
    index_keys = (TableAttribute.UPLOADED_DAY, TableAttribute.UPLOADED_AT)
    clients.dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": key.value, "AttributeType": "S"} for key in (*keys, *index_keys)
        ],
        KeySchema=[
            {"AttributeName": keys[0].value, "KeyType": "HASH"},
            {"AttributeName": keys[1].value, "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": UPLOADED_INDEX,
                "KeySchema": [
                    {"AttributeName": index_keys[0].value, "KeyType": "HASH"},
                    {"AttributeName": index_keys[1].value, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return name


def _notify(clients: Clients, bucket: str, queue_arn: str) -> None:
    clients.s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": queue_arn, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
