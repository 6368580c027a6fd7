"""Errors in processing an upload, by what happens to the message.

    ImagePipeError
    ├── Retryable     the same event may succeed later: it is returned to the queue
    ├── Rejected      it can never succeed: recorded, forwarded to a queue, acknowledged
    ├── SourceGone    the object was deleted before its event was processed: recorded, acknowledged
    └── Superseded    a newer version of the object is stored: recorded, acknowledged

An exception outside this tree is a defect or an unexpected condition. `handler.app` logs it and
returns the message to the queue, so that no event is lost.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why an upload is rejected. The values are stored and sent: never change one."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY_PIXELS = "too-many-pixels"
    NOT_AN_IMAGE = "not-an-image"
    UNSUPPORTED_FORMAT = "unsupported-format"
    DAMAGED = "damaged"
    DECODER_DIED = "decoder-died"
    TOO_MUCH_MEMORY = "too-much-memory"
    TOO_SLOW = "too-slow"
    OUTPUT_TOO_LARGE = "output-too-large"
    KEY_TOO_LONG = "key-too-long"
    ARCHIVED = "archived"
    CUSTOMER_KEY = "customer-key"
    MALFORMED_EVENT = "malformed-event"
    WRONG_BUCKET = "wrong-bucket"


DEATHS = (Reason.DECODER_DIED, Reason.TOO_MUCH_MEMORY, Reason.TOO_SLOW)
"""Reasons for which a child process ends without a result."""


class ImagePipeError(Exception):
    """Base of all expected errors."""


class Retryable(ImagePipeError):  # noqa: N818 - named for the decision
    """Raised when the same event may succeed later: throttling, timeouts, an outage."""


class SourceGone(ImagePipeError):  # noqa: N818 - named for the fact
    """Raised when the object, or the version of it, no longer exists."""


class Superseded(ImagePipeError):  # noqa: N818 - named for the fact
    """Raised when a version is not the newest one of its object."""


class Rejected(ImagePipeError):  # noqa: N818 - named for the decision
    """Raised when an event can never succeed."""

    reason: Reason
    """Reason for programs."""
    detail: str
    """Detail for people: the value and the limit. Never contains metadata of the image."""

    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")
