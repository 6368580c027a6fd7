"""Copy the program into a folder in which the CLI may write, with a stack for the embedded AWS."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from infra.functions.packaging import build_layer
from local import ROOT
from local.clients import connect
from local.emulator import Emulator
from local.errors import LocalStackError
from local.existing import create_existing
from local.stack import STACK, machine_config
from local.stack_file import read_stack_file

LEFT_OUT = (".*", "build", "tests", "__pycache__", "*.egg-info")

SHARED = (".venv", "build")
"""Folders that the copy shares with the repository; archives in `build` are named by content."""

PROJECT = "imagepipe"
"""Namespace of the program's options."""


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """A stack's file, and the name of the stack."""

    name: str
    path: Path

    @property
    def region(self) -> str:
        """The AWS region of the stack, by default that of the local stack."""
        return str(with_emulator(_read(self.path), _local(), {})["aws:region"])


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
    config = with_emulator(_read(stack_file.path), _local(), machine_config(emulator))
    text = yaml.safe_dump({"config": config | _existing(config, emulator)})
    (folder / f"Pulumi.{stack_file.name}.yaml").write_text(text, encoding="utf-8")


def with_emulator(
    config: Mapping[str, object], local: Mapping[str, object], machine: Mapping[str, object]
) -> dict[str, object]:
    """Return a stack's values with the local stack's connection, and what this machine needs."""
    connection = {key: value for key, value in local.items() if key.startswith("aws:")}
    return {**connection, **config, **machine}


def _existing(config: Mapping[str, object], emulator: Emulator) -> dict[str, str]:
    """Create what the stack names as existing, and return the options with its names and ARNs."""
    options = {key.removeprefix(f"{PROJECT}:"): value for key, value in config.items()}
    layer = build_layer(
        runtime=str(options["runtime"]),
        architecture=str(options["architecture"]),
        build_dir=ROOT / "build",
    )
    created = create_existing(connect(emulator), options, layer=layer)
    return {f"{PROJECT}:{key}": value for key, value in created.items()}


def _local() -> Mapping[str, object]:
    return _read(ROOT / f"Pulumi.{STACK}.yaml")


def _read(path: Path) -> Mapping[str, object]:
    return read_stack_file(path, PROJECT)
