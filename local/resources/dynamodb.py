"""Create tables."""

from typing import Any

from local.clients import Clients
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState


def _table(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    name = inputs.name(logical_name)
    recovery = inputs.inner("pointInTimeRecovery")
    expiry = inputs.inner("ttl")
    table = clients.dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[
            attribute.rest(name="AttributeName", type="AttributeType")
            for attribute in inputs.each("attributes")
        ],
        KeySchema=_key_schema(inputs),
        **_indexes(inputs),
        **_encryption(inputs.inner("serverSideEncryption")),
        Tags=inputs.tags(),
        **inputs.rest(),
    )["TableDescription"]
    if recovery.given:
        clients.dynamodb.update_continuous_backups(
            TableName=name,
            PointInTimeRecoverySpecification=recovery.rest(enabled="PointInTimeRecoveryEnabled"),
        )
    if expiry.given:
        clients.dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry.rest())
    return name, {"arn": table.get("TableArn"), "name": name}


def _key_schema(inputs: Inputs) -> Any:
    """Read `hashKey` and `rangeKey`, and `keySchemas`, which indexes have too."""
    hash_and_range = {
        "HASH": inputs.text_or_none("hashKey"),
        "RANGE": inputs.text_or_none("rangeKey"),
    }
    return [
        *({"AttributeName": key, "KeyType": kind} for kind, key in hash_and_range.items() if key),
        *(key.rest() for key in inputs.each("keySchemas")),
    ]


def _indexes(inputs: Inputs) -> Any:
    indexes = [
        {
            "KeySchema": _key_schema(index),
            "Projection": _projection(index),
            **index.rest(name="IndexName"),
        }
        for index in inputs.each("globalSecondaryIndexes")
    ]
    return {"GlobalSecondaryIndexes": indexes} if indexes else {}


def _projection(index: Inputs) -> Any:
    others = index.texts("nonKeyAttributes")
    extra = {"NonKeyAttributes": others} if others else {}
    return {"ProjectionType": index.text("projectionType"), **extra}


def _encryption(inputs: Inputs) -> Any:
    """Read the encryption key; without one DynamoDB uses an AWS-owned key."""
    if not inputs.given:
        return {}
    return {"SSESpecification": {"SSEType": "KMS", **inputs.rest(kmsKeyArn="KMSMasterKeyId")}}


PROVISIONERS: Provisioners = {"aws:dynamodb/table:Table": _table}
