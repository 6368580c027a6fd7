"""Proves that the files round the code are true of it: licence, notices, changelog, CI, hooks."""

import os
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = sorted({path.parent.name for path in REPOSITORY.glob("*/__init__.py")} - {"docs"})
FILES_OF_OTHERS = (
    *(REPOSITORY / "handler").rglob("*.icc"),
    *(REPOSITORY / "local" / "photographs").glob("*.jpg"),
)


def read(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def test_the_newest_version_in_the_changelog_is_that_of_the_project() -> None:
    newest, *_ = re.findall(r"^## \[(\d.+?)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert newest == PROJECT["version"]


def test_the_licence_files_are_those_that_the_project_declares() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0" in read("LICENSE")
    assert all((REPOSITORY / name).is_file() for name in PROJECT["license-files"])


@pytest.mark.parametrize("path", FILES_OF_OTHERS, ids=lambda path: path.name)
def test_a_file_of_others_is_in_the_notices(path: Path) -> None:
    assert path.name in read("NOTICE")


def test_ci_runs_the_script_that_a_clone_can_run_on_every_supported_python() -> None:
    job: dict[str, Any] = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"]["check"]
    assert ".ci/run" in [step.get("run") for step in job["steps"]]
    assert os.access(REPOSITORY / ".ci" / "run", os.X_OK)
    assert PROJECT["requires-python"] == f">={job['strategy']['matrix']['python'][0]}"


def test_the_hooks_of_pre_commit_run_locked_tools() -> None:
    (repository,) = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == {
        *("ruff-format", "ruff-check", "basedpyright")
    }
    for hook in repository["hooks"]:
        program = Path(hook["entry"].split()[0])
        assert f"\n{program.name}==" in read("requirements-dev.txt")
        assert shutil.which(str(REPOSITORY / program)), program


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_marked_as_typed(package: str) -> None:
    assert (REPOSITORY / package / "py.typed").is_file()
