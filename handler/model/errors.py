"""What can go wrong with an upload, sorted by what the queue is told.

    ImagePipeError
    ├── Retryable     the same event may succeed later: it is handed back to the queue
    ├── Rejected      it never will: recorded, forwarded to the dead-letter queue, acknowledged
    ├── SourceGone    the object was deleted before its event was handled: recorded, acknowledged
    └── Superseded    a newer version of the object is stored: recorded, acknowledged

An exception outside this tree is a defect or a condition that nobody thought of. `handler.app`
logs it and hands the event back, so that nothing is lost.
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
    MALFORMED_EVENT = "malformed-event"
    WRONG_BUCKET = "wrong-bucket"


DEATHS = (Reason.DECODER_DIED, Reason.TOO_MUCH_MEMORY, Reason.TOO_SLOW)
"""Why an image's process ended without a verdict of its own."""


class ImagePipeError(Exception):
    """Base of all errors that the handler decides upon."""


class Retryable(ImagePipeError):  # noqa: N818 - named for the decision
    """Raised when the same event may succeed later: throttling, time-outs, an outage."""


class SourceGone(ImagePipeError):  # noqa: N818 - named for the fact
    """Raised when the object, or that version of it, no longer exists."""


class Superseded(ImagePipeError):  # noqa: N818 - named for the fact
    """Raised when a version is not the newest one of its object."""


class Rejected(ImagePipeError):  # noqa: N818 - named for the decision
    """Raised when an event can never succeed.

    Attributes:
        reason: For programs.
        detail: For people: what was found and what is allowed. Never holds the image's metadata.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")
