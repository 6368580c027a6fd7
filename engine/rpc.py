"""What is used of gRPC, which has no types."""

import contextlib
from collections.abc import Callable
from concurrent import futures
from typing import Any, NoReturn, Protocol

import grpc  # pyright: ignore[reportMissingTypeStubs]

from engine.parent import end_with_parent, nothing

_grpc: Any = grpc

UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
WORKERS = 16


class Context(Protocol):
    """The context of a call that is being answered."""

    def abort(self, code: Any, details: str) -> NoReturn: ...

    def add_callback(self, callback: Callable[[], None]) -> bool: ...


INTERNAL: Any = _grpc.StatusCode.INTERNAL
INVALID_ARGUMENT: Any = _grpc.StatusCode.INVALID_ARGUMENT
UNIMPLEMENTED: Any = _grpc.StatusCode.UNIMPLEMENTED


def channel(address: str) -> Any:
    """Return a channel to a process on this machine."""
    return _grpc.insecure_channel(address, options=UNLIMITED)


def serve(add_servicer: Callable[[Any], object], at_end: Callable[[], None] = nothing) -> None:
    """Serve on a free port, and print it, as Pulumi's engine expects of a plugin.

    Args:
        at_end: called when the engine has ended without ending this process.
    """
    end_with_parent(at_end)
    server = _grpc.server(futures.ThreadPoolExecutor(max_workers=WORKERS), options=UNLIMITED)
    add_servicer(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.wait_for_termination()
