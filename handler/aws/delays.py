"""How long messages wait for attempts that may be alive."""

_ON_THE_WAY_SECONDS = 60
"""Longer than any request of a function that was ended takes to arrive."""

_MAX_DELAY_SECONDS = 900
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""


def delay_seconds(timeout_seconds: int) -> int:
    """Return after how long every attempt has ended, and its last requests have arrived.

    Args:
        timeout_seconds: The time limit of the function that makes variants.
    """
    return min(timeout_seconds + _ON_THE_WAY_SECONDS, _MAX_DELAY_SECONDS)
