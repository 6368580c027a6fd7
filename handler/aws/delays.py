"""Delay of deferred messages: longer than an attempt can still be running."""

_IN_FLIGHT_SECONDS = 60
"""Longer than a request sent by a terminated function can take to reach AWS."""

_MAX_DELAY_SECONDS = 900
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""


def delay_seconds(timeout_seconds: int) -> int:
    """Return the delay after which every running attempt has ended and its requests have arrived.

    Args:
        timeout_seconds: Timeout of the processor function.
    """
    return min(timeout_seconds + _IN_FLIGHT_SECONDS, _MAX_DELAY_SECONDS)
