"""Run a Pulumi program against an engine: `python -m engine.host.program`, started by the host."""

import argparse
import asyncio
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any

from engine.parent import end_with_parent

EXIT_REPORTED = 32
"""Exit code of a program whose error the engine has got already."""


def main() -> int:
    """Run the program that the command line names."""
    import pulumi
    from pulumi.runtime import configure, run_in_stack, set_all_config
    from pulumi.runtime.config import get_config_env, get_config_secret_keys_env

    end_with_parent()
    given = _arguments()
    configure(_settings(given))
    set_all_config(get_config_env(), get_config_secret_keys_env())
    program = Path(given.program)
    folder = program if program.is_dir() else program.parent
    sys.path.insert(0, str(folder))
    sys.argv = [str(program)]

    async def body() -> None:
        runpy.run_path(str(program), run_name="__main__")

    try:
        asyncio.run(_caught(run_in_stack(body)))
    except Exception as error:  # noqa: BLE001 - the outer edge of a program of any kind
        pulumi.log.error(_message(error))
        return EXIT_REPORTED
    return 0


async def _caught(run: Any) -> None:
    """Await a run, and raise what else failed in its event loop."""
    failures: list[BaseException] = []

    def keep(_loop: object, context: dict[str, Any]) -> None:
        failures.append(context.get("exception") or RuntimeError(context["message"]))

    asyncio.get_running_loop().set_exception_handler(keep)
    await run
    if failures:
        raise failures[0]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("monitor", "engine", "project", "stack", "organization", "program"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--root-directory")
    parser.add_argument("--parallel", type=int)
    parser.add_argument("--dry-run", action="store_true")
    return parser.parse_args()


def _settings(given: argparse.Namespace) -> Any:
    from pulumi.runtime import Settings

    return Settings(
        project=given.project,
        stack=given.stack,
        monitor=given.monitor,
        engine=given.engine,
        parallel=given.parallel,
        dry_run=given.dry_run,
        organization=given.organization,
        root_directory=given.root_directory,
    )


def _message(error: BaseException) -> str:
    """Return the text of a RunError, at any depth, and the traceback of anything else."""
    from pulumi import RunError

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, RunError):
            return str(cause)
        cause = cause.__cause__
    return f"the program failed: {error!r}\n{''.join(traceback.format_exception(error))}"


if __name__ == "__main__":
    sys.exit(main())
