"""Runs a Pulumi program in this process, with a monitor in place of Pulumi's engine."""

import asyncio
import contextlib
import contextvars
from collections.abc import Callable, Generator, Mapping
from typing import Any, cast

import pulumi
from pulumi.runtime import mocks, set_all_config, settings
from pulumi.runtime.stack import run_pulumi_func


class Monitor(mocks.MockMonitor):
    """The mock monitor, which needs an event loop in each thread of a call, and leaves it open."""

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the remote call's name
        with _event_loop():
            return super().RegisterResource(request)  # pyright: ignore[reportUnknownMemberType] - untyped in the SDK

    def ReadResource(self, request: Any) -> Any:  # noqa: N802 - the remote call's name
        with _event_loop():
            return super().ReadResource(request)  # pyright: ignore[reportUnknownMemberType] - untyped in the SDK

    def Invoke(self, request: Any) -> Any:  # noqa: N802 - the remote call's name
        with _event_loop():
            return super().Invoke(request)  # pyright: ignore[reportUnknownMemberType] - untyped in the SDK


def run_program(
    program: Callable[[], None],
    monitor: mocks.MockMonitor,
    *,
    project: str,
    stack: str,
    config: Mapping[str, str],
) -> dict[str, Any]:
    """Run a program to its end, all registrations drained, and return the stack's outputs.

    Args:
        program: registers resources and exports, such as `__main__.py` does.
        monitor: is told of each registration and lookup, and answers them.
        config: by full key, all of it text.

    Raises:
        Exception: what the program or the monitor raised.
    """

    async def run() -> dict[str, Any]:
        # After a failure Pulumi drops the futures of all that depended on it, and asyncio would
        # print each of them, when the exception that counts is the one raised below.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        set_all_config(dict(config))
        # This one setting is shared by all contexts, and may hold what a failed run left.
        cast("Any", settings.SETTINGS).outputs.clear()
        mocks.set_mocks(monitor.mocks, project, stack, preview=False, monitor=monitor)
        await run_pulumi_func(program)
        root = cast("Any", settings.get_root_resource())
        if not root.outputs:  # of which `Output.all` would make an empty list
            return {}
        outputs = cast("dict[str, Any]", await pulumi.Output.all(**root.outputs).future())
        # The engine leaves out what has no value.
        return {name: value for name, value in outputs.items() if value is not None}

    # All of Pulumi's runtime settings are context variables: in a context of their own they end
    # with it.
    return contextvars.Context().run(asyncio.run, run())


@contextlib.contextmanager
def _event_loop() -> Generator[None]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)
        loop.close()
