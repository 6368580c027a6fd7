"""Protocol between the child process of an image and the function: results, then the end."""

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from handler.model.errors import Reason, Rejected


class ChildDefect(Exception):  # noqa: N818 - named for the fact
    """Raised when our own code failed in the child process; the text is its traceback."""


class Connection(Protocol):
    """One end of a pipe between processes."""

    def send(self, obj: object, /) -> None: ...

    def recv(self) -> object: ...

    def poll(self, timeout: float, /) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class _Refusal:
    """A `Rejected`, as sent between processes."""

    reason: Reason
    detail: str


@dataclass(frozen=True, kw_only=True)
class _Defect:
    """Any other exception, as sent between processes."""

    traceback: str


def send_results(make: Callable[[], Iterator[object]], connection: Connection) -> None:
    """Send each result, and then None, a rejection or a defect."""
    try:
        for each in make():
            connection.send(each)
        connection.send(None)
    except Rejected as rejection:
        connection.send(_Refusal(reason=rejection.reason, detail=rejection.detail))
    except MemoryError:
        refusal = _Refusal(
            reason=Reason.TOO_MUCH_MEMORY, detail="the image needs more memory than is available"
        )
        connection.send(refusal)
    except Exception:  # noqa: BLE001 - outer boundary of this process; the parent logs it
        connection.send(_Defect(traceback=traceback.format_exc()))


def receive_result(connection: Connection) -> object:
    """Return the next result; None at the end.

    Raises:
        Rejected: If the image was rejected.
        ChildDefect: If our own code failed.
        EOFError, OSError: If the process died before or while sending.
    """
    match connection.recv():
        case _Refusal(reason=reason, detail=detail):
            raise Rejected(reason, detail)
        case _Defect(traceback=text):
            raise ChildDefect(f"in the child process:\n{text}")
        case received:
            return received
