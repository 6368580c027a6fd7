"""Clients of AWS's services."""

from typing import Literal

import boto3
from botocore.config import Config

Service = Literal["s3", "dynamodb", "sns", "sqs", "lambda"]

_CONFIG = Config(
    # Three attempts with jitter: 5 % of calls failing, as in a bad hour, then fail 1 in 8,000.
    # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    retries={"mode": "standard", "total_max_attempts": 3},
    connect_timeout=2,
    # The silence between two packets, not the whole transfer.
    read_timeout=10,
)


def make_client(service: Service) -> object:
    """Connect to a service of AWS, with retries."""
    # boto3.client is overloaded for all of AWS, and not all of its stubs are installed.
    return boto3.client(service, config=_CONFIG)  # pyright: ignore[reportUnknownMemberType]
