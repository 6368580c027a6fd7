"""Create boto3 clients for the emulator."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from local.emulator import Emulator
from local.ministack import ACCESS_KEY_ID, SECRET_ACCESS_KEY

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_iam import IAMClient
    from types_boto3_kms import KMSClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_s3 import S3Client
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient
    from types_boto3_sts import STSClient

CLIENT_CONFIG = Config(
    connect_timeout=5,
    read_timeout=120,
    retries={"mode": "standard", "total_max_attempts": 2},
)


@dataclass(frozen=True, kw_only=True)
class Clients:
    """One client per service; all are thread-safe."""

    region: str
    cloudwatch: Any  # Any, as for some others: their stubs are not installed
    dynamodb: "DynamoDBClient"
    ec2: Any
    events: Any
    iam: "IAMClient"
    kms: "KMSClient"
    lambda_: "LambdaClient"
    logs: "CloudWatchLogsClient"
    s3: "S3Client"
    sns: "SNSClient"
    sqs: "SQSClient"
    sts: "STSClient"


def connect(
    emulator: Emulator,
    *,
    access_key_id: str = ACCESS_KEY_ID,
    secret_access_key: str = SECRET_ACCESS_KEY,
) -> Clients:
    """Return clients that trust only the emulator's certificate; by default as its root user."""
    # The overloads of `client` have unknown types for services whose stubs are not installed.
    session: Any = boto3.Session(
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        region_name=emulator.region,
    )
    connection: Any = {
        "endpoint_url": emulator.endpoint,
        "verify": str(emulator.ca_bundle),
        "config": CLIENT_CONFIG,
    }
    return Clients(
        region=emulator.region,
        cloudwatch=session.client("cloudwatch", **connection),
        dynamodb=session.client("dynamodb", **connection),
        ec2=session.client("ec2", **connection),
        events=session.client("events", **connection),
        iam=session.client("iam", **connection),
        kms=session.client("kms", **connection),
        lambda_=session.client("lambda", **connection),
        logs=session.client("logs", **connection),
        s3=session.client("s3", **connection),
        sns=session.client("sns", **connection),
        sqs=session.client("sqs", **connection),
        sts=session.client("sts", **connection),
    )
