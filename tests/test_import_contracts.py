"""Proves that each contract of import-linter in pyproject.toml can be broken, and is not."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

FORBIDDEN = [
    ("handler/events/parsing.py", "handler.images.policy", "entry points -> AWS"),
    ("handler/images/metadata/exif.py", "handler.images.source.decode", "transform -> render"),
    ("handler/delivery/dispatch.py", "handler.aws.connect", "what connects to AWS"),
    ("handler/aws/listing.py", "handler.reconciler.app", "the reconciler's entry point"),
    ("handler/delivery/publish.py", "botocore", "only adapters know the AWS SDK"),
    ("handler/reconciler/sweep.py", "handler.images.policy", "needs neither images nor Pillow"),
    ("handler/images/transform.py", "pulumi", "what is deployed needs nothing"),
    ("infra/stack/naming.py", "PIL", "the program needs neither the work"),
    ("infra/config/limits.py", "infra.network.network", "what stores -> stack -> config"),
    ("infra/stack/naming.py", "infra.buckets.lifecycle", "in no circle"),
]
"""A file, what it must not import, and a part of the name of the contract that says so."""


def contracts() -> list[str]:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    return [each["name"] for each in tomllib.loads(text)["tool"]["importlinter"]["contracts"]]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages and their contracts, to be changed."""
    for room in ("handler", "infra"):
        shutil.copytree(REPOSITORY / room, tmp_path / room)
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> tuple[int, str]:
    """Run lint-imports; return its exit code and what it says, on one line."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return found.returncode, " ".join(found.stdout.split())


def test_all_contracts_are_kept(copy: Path) -> None:
    code, said = lint(copy)
    assert (code, f"{len(contracts())} kept, 0 broken" in said) == (0, True), said


def test_each_contract_can_be_broken(copy: Path) -> None:
    for file, module, _ in FORBIDDEN:
        path = copy / file
        path.write_text(f"import {module}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    code, said = lint(copy)
    assert code == 1
    for name in contracts():
        assert sum(part in name for *_, part in FORBIDDEN) == 1, name
        assert f"{name} BROKEN" in said
