"""Clients that tests of the adapters stub."""

from typing import TYPE_CHECKING

import boto3
import pytest

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@pytest.fixture
def s3() -> "S3Client":
    # boto3.client is overloaded for every AWS service, and not all stubs are installed.
    return boto3.client("s3")  # pyright: ignore[reportUnknownMemberType]
