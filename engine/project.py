"""Copy the program into a folder in which the CLI may write, with a stack for the embedded AWS."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from infra.functions.packaging import build_layer
from local import ROOT
from local.clients import connect
from local.emulator import Emulator
from local.errors import LocalStackError
from local.existing import create_existing
from local.stack import STACK, machine_config

LEFT_OUT = (".*", "build", "tests", "__pycache__", "*.egg-info")

SHARED = (".venv", "build")
"""Folders that the copy shares with the repository; archives in `build` are named by content."""

NAMESPACE = "imagepipe:"


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """A stack's file, and the name of the stack."""

    name: str
    path: Path

    @property
    def region(self) -> str:
        """The AWS region of the stack, by default that of the local stack."""
        options = with_emulator(_read(self.path), _local(), {})["config"]
        return options["aws:region"]


def find_stack_file(stack: str) -> StackFile:
    """Return the file of a stack, given its name or the path of the file.

    Raises:
        LocalStackError: If there is no such file.
    """
    path = Path(stack) if stack.endswith(".yaml") else ROOT / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        raise LocalStackError(f"{path} is missing: set --stack to a stack's name or file")
    return StackFile(name=re.sub(r"^Pulumi\.|\.yaml$", "", path.name), path=path)


def copy_project(folder: Path, stack_file: StackFile, emulator: Emulator) -> None:
    """Write the program and its stack into a new folder, and create what the stack has to find."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for name in SHARED:
        (ROOT / name).mkdir(exist_ok=True)
        (folder / name).symlink_to(ROOT / name)
    body = with_emulator(_read(stack_file.path), _local(), machine_config(emulator))
    body = {**body, "config": body["config"] | _existing(body["config"], emulator)}
    text = yaml.safe_dump(body)
    (folder / f"Pulumi.{stack_file.name}.yaml").write_text(text, encoding="utf-8")


def with_emulator(
    body: Mapping[str, Any], local: Mapping[str, Any], machine: Mapping[str, object]
) -> Mapping[str, Any]:
    """Return a stack file with the local stack's connection to AWS, and what this machine needs."""
    connection = {key: value for key, value in local["config"].items() if key.startswith("aws:")}
    config: Mapping[str, Any] = body.get("config") or {}
    return {**body, "config": {**connection, **config, **machine}}


def _existing(config: Mapping[str, Any], emulator: Emulator) -> dict[str, str]:
    """Create what the stack names as existing, and return the options with its names and ARNs."""
    options = {key.removeprefix(NAMESPACE): value for key, value in config.items()}
    layer = build_layer(
        runtime=options["runtime"], architecture=options["architecture"], build_dir=ROOT / "build"
    )
    created = create_existing(connect(emulator), options, layer=layer)
    return {f"{NAMESPACE}{key}": value for key, value in created.items()}


def _local() -> dict[str, Any]:
    return _read(ROOT / f"Pulumi.{STACK}.yaml")


def _read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
