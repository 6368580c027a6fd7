"""What AWS answers with when it does not do what it is asked."""

from collections.abc import Generator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from handler.model.errors import Retryable


def error_code(error: ClientError) -> str:
    """Return AWS's name of an error."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def translated() -> Generator[None]:
    """Turn what botocore raises into `Retryable`: whatever AWS refuses now may be mended later."""
    try:
        yield
    except ClientError as error:
        raise Retryable(str(error)) from error
    except BotoCoreError as error:
        raise Retryable(f"{type(error).__name__}: {error}") from error
