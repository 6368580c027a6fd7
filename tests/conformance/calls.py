"""Calls that many test cases make."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conformance.both import Aws


def put(aws: Aws, key: str, data: bytes, *, bucket: str = "", **more: Any) -> Any:
    """Put an object, by default into the bucket with versioning."""
    return aws.client("s3").put_object(
        Bucket=bucket or aws.versioned, Key=key, Body=data, ContentType="image/jpeg", **more
    )


def delete(aws: Aws, *objects: dict[str, str], bucket: str = "", quiet: bool = False) -> Any:
    """Delete objects or versions, by default from the bucket with versioning."""
    return aws.client("s3").delete_objects(
        Bucket=bucket or aws.versioned, Delete={"Objects": list(objects), "Quiet": quiet}
    )


def refused(call: Callable[..., Any], *arguments: Any, **named: Any) -> tuple[str, int]:
    """Return code and HTTP status of the error that a call raises."""
    response = refusal_of(call, *arguments, **named)
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def refusal_of(call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Return the whole error response that a call raises."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **named)
    return caught.value.response
