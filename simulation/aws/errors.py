"""Errors as botocore raises them."""

from collections.abc import Mapping
from random import Random
from typing import Any, cast

from botocore.exceptions import ClientError, ReadTimeoutError


def refusal(
    code: str, operation: str, *, status: int = 400, more: Mapping[str, object] | None = None
) -> ClientError:
    """An answer that says no, and what else it says."""
    response = {
        "Error": {"Code": code, "Message": "simulated"},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **(more or {}),
    }
    return ClientError(cast("Any", response), operation)


def passing_failure(random: Random, operation: str) -> Exception:
    """One of the failures that botocore tries again."""
    code = random.choice(("InternalError", "SlowDown", "ThrottlingException", "timeout"))
    if code == "timeout":
        return ReadTimeoutError(endpoint_url="https://aws.invalid")
    return refusal(code, operation, status=503)


def is_passing(error: Exception) -> bool:
    """Whether botocore's standard mode would try again."""
    if isinstance(error, ClientError):
        metadata = cast("Mapping[str, object]", error.response.get("ResponseMetadata", {}))
        return metadata.get("HTTPStatusCode") == 503
    return isinstance(error, ReadTimeoutError)
