"""Clients of AWS services, with retries and timeouts."""

from typing import Literal

import boto3
from botocore.config import Config

Service = Literal["s3", "dynamodb", "sns", "sqs", "lambda"]

_CONFIG = Config(
    # Three attempts with jitter: when 5 % of calls fail, 1 in 8,000 fails after its retries.
    # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    retries={"mode": "standard", "total_max_attempts": 3},
    connect_timeout=2,
    # Between two packets, not for the whole transfer.
    read_timeout=10,
)


def make_client(service: Service) -> object:
    """Return a client of an AWS service, with retries."""
    # boto3.client is overloaded for every AWS service, and not all stubs are installed.
    return boto3.client(service, config=_CONFIG)  # pyright: ignore[reportUnknownMemberType]
