"""Run an unmodified Pulumi program against the emulator, without the Pulumi CLI."""

import contextlib
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pulumi
import yaml

from local.clients import Clients
from local.engine import Engine
from local.errors import LocalStackError
from local.program import Monitor, run_program
from local.stack_file import read_stack_file, value_text


def stack_config(
    directory: Path, stack: str, overrides: Mapping[str, object] | None = None
) -> dict[str, str]:
    """Return the configuration of a stack as the CLI passes it: text values by full key.

    Values in Pulumi.<stack>.yaml override defaults in Pulumi.yaml; `overrides` override both.
    https://www.pulumi.com/docs/iac/concepts/projects/project-file/

    Args:
        directory: folder of Pulumi.yaml.
        stack: name of the stack, or path of its file as for `--config-file`.
        overrides: values by full key.

    Raises:
        LocalStackError: If the stack file is wrong, or has a secret.
    """
    project = _read(directory / "Pulumi.yaml")
    values = {
        key if ":" in key else f"{project['name']}:{key}": value
        for key, option in cast("dict[str, Any]", project.get("config", {})).items()
        if (value := _default(option)) is not None
    }
    file = stack if stack.endswith(".yaml") else f"Pulumi.{stack}.yaml"
    values |= read_stack_file(directory / file, str(project["name"]))
    values |= overrides or {}
    return {key: value_text(value) for key, value in values.items()}


def deploy(
    directory: Path,
    clients: Clients,
    *,
    stack: str = "local",
    config: Mapping[str, str],
) -> dict[str, Any]:
    """Run the program in `directory` as `stack`, and create the resources that it registers.

    Returns:
        The stack's outputs.

    Raises:
        LocalStackError: If a resource cannot be created, or the program reports an error, such as
            a wrong setting. The resources before it exist.
    """
    engine = Engine(clients)
    project = str(_read(directory / "Pulumi.yaml")["name"])

    with contextlib.chdir(directory):
        try:
            return run_program(
                lambda: _run_file(directory / "__main__.py"),
                Monitor(engine),
                project=project,
                stack=stack,
                config=config,
            )
        except Exception as error:
            if engine.failure is not None:
                raise engine.failure from None
            if isinstance(error, pulumi.RunError):
                raise LocalStackError(str(error)) from error
            raise


def _run_file(path: Path) -> None:
    runpy.run_path(str(path), run_name="__main__")


def _read(path: Path) -> dict[str, Any]:
    return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}


def _default(option: object) -> object:
    """Return the default of a config entry: a schema with `default`, `value`, or a bare value."""
    if not isinstance(option, dict):
        return option
    declared = cast("dict[str, object]", option)
    return declared.get("value", declared.get("default"))
