"""Translation of botocore errors into errors of the pipeline."""

from collections.abc import Generator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from handler.model.errors import Retryable


def error_code(error: ClientError) -> str:
    """Return AWS's code of an error, such as `NoSuchKey`."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def translated() -> Generator[None]:
    """Raise botocore errors as `Retryable`: a call that AWS refuses now may succeed later."""
    try:
        yield
    except ClientError as error:
        raise Retryable(str(error)) from error
    except BotoCoreError as error:
        raise Retryable(f"{type(error).__name__}: {error}") from error
