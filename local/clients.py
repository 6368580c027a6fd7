"""boto3 clients for the emulator."""

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
    """One client for each service; all may be used from several threads."""

    region: str
    cloudwatch: Any  # without types, as some others: theirs are not among the installed ones
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
    """Clients that trust the emulator's certificate and nothing else; by default as root."""
    # The overloads of `client` name all services, those whose stubs are not installed as unknown.
    session: Any = boto3.Session(
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        region_name=emulator.region,
    )
    where: Any = {
        "endpoint_url": emulator.endpoint,
        "verify": str(emulator.ca_bundle),
        "config": CLIENT_CONFIG,
    }
    return Clients(
        region=emulator.region,
        cloudwatch=session.client("cloudwatch", **where),
        dynamodb=session.client("dynamodb", **where),
        ec2=session.client("ec2", **where),
        events=session.client("events", **where),
        iam=session.client("iam", **where),
        kms=session.client("kms", **where),
        lambda_=session.client("lambda", **where),
        logs=session.client("logs", **where),
        s3=session.client("s3", **where),
        sns=session.client("sns", **where),
        sqs=session.client("sqs", **where),
        sts=session.client("sts", **where),
    )
