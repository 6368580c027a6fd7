"""Run a Pulumi program in this process, with a monitor in place of Pulumi's engine."""

import asyncio
import contextlib
import contextvars
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, cast

import pulumi
from pulumi.runtime import mocks, set_all_config, settings
from pulumi.runtime.stack import run_pulumi_func


class Monitor(mocks.MockMonitor):
    """Mock monitor with an event loop for each call, which the SDK does not close itself."""

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
    secret_keys: Sequence[str] = (),
) -> dict[str, Any]:
    """Run a program until all registrations are done, and return the stack's outputs.

    Args:
        program: function that registers resources and exports, like `__main__.py`.
        monitor: receiver of each registration and lookup.
        config: text values by full key.
        secret_keys: those that were set with `--secret`.

    Raises:
        Exception: If the program or the monitor raises.
    """

    async def run() -> dict[str, Any]:
        # After a failure Pulumi abandons the futures of all dependent resources, and asyncio would
        # print each of them in addition to the exception raised below.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        set_all_config(dict(config), [*secret_keys])
        # This setting is shared by all contexts, and may hold outputs of a failed run.
        cast("Any", settings.SETTINGS).outputs.clear()
        mocks.set_mocks(monitor.mocks, project, stack, preview=False, monitor=monitor)
        await run_pulumi_func(program)
        root = cast("Any", settings.get_root_resource())
        if not root.outputs:  # `Output.all` without arguments would return a list
            return {}
        outputs = cast("dict[str, Any]", await pulumi.Output.all(**root.outputs).future())
        # As the engine does, omit outputs without a value.
        return {name: value for name, value in outputs.items() if value is not None}

    # Pulumi's runtime settings are context variables, so a new context discards them at its end.
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
