"""What an image's process sends to the function's: results, and then how it ended."""

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from handler.model.errors import Reason, Rejected


class ChildDefect(Exception):  # noqa: N818 - named for the fact
    """Raised when code of ours failed in the image's process; the text is its traceback."""


class Connection(Protocol):
    """An end of a pipe between processes."""

    def send(self, obj: object, /) -> None: ...

    def recv(self) -> object: ...


@dataclass(frozen=True, kw_only=True)
class _Refusal:
    """A `Rejected` on its way between processes."""

    reason: Reason
    detail: str


@dataclass(frozen=True, kw_only=True)
class _Defect:
    """Any other exception on its way."""

    traceback: str


def send_results(make: Callable[[], Iterator[object]], connection: Connection) -> None:
    """Send what is made, and then None, a rejection or a defect."""
    try:
        for each in make():
            connection.send(each)
        connection.send(None)
    except Rejected as rejection:
        connection.send(_Refusal(reason=rejection.reason, detail=rejection.detail))
    except MemoryError:
        refusal = _Refusal(
            reason=Reason.TOO_MUCH_MEMORY, detail="the image needs more memory than there is"
        )
        connection.send(refusal)
    except Exception:  # noqa: BLE001 - the outer edge of this process: the other one logs it
        connection.send(_Defect(traceback=traceback.format_exc()))


def receive_result(connection: Connection) -> object:
    """Return what was made next; None at the end.

    Raises:
        Rejected: If the image was rejected.
        ChildDefect: If code of ours failed.
        EOFError, OSError: If the process died before or while it sent something.
    """
    match connection.recv():
        case _Refusal(reason=reason, detail=detail):
            raise Rejected(reason, detail)
        case _Defect(traceback=text):
            raise ChildDefect(f"in the image's process:\n{text}")
        case received:
            return received
