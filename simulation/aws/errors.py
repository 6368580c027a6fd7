"""Errors as botocore raises them."""

from collections.abc import Mapping
from random import Random
from typing import Any, cast

from botocore.exceptions import ClientError, ReadTimeoutError


def refusal(
    code: str, operation: str, *, status: int = 400, more: Mapping[str, object] | None = None
) -> ClientError:
    """Return the error of a rejected request, with further fields of the response."""
    response = {
        "Error": {"Code": code, "Message": "simulated"},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **(more or {}),
    }
    return ClientError(cast("Any", response), operation)


def transient_failure(random: Random, operation: str) -> Exception:
    """Return one of the errors that botocore retries."""
    code = random.choice(("InternalError", "SlowDown", "ThrottlingException", "timeout"))
    if code == "timeout":
        return ReadTimeoutError(endpoint_url="https://aws.invalid")
    return refusal(code, operation, status=503)


def is_transient(error: Exception) -> bool:
    """Whether botocore's standard mode would retry."""
    if isinstance(error, ClientError):
        metadata = cast("Mapping[str, object]", error.response.get("ResponseMetadata", {}))
        return metadata.get("HTTPStatusCode") == 503
    return isinstance(error, ReadTimeoutError)
