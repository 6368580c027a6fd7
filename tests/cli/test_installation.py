"""Proves that the command is installed, that `make` calls it, and that it hides no other code."""

import os
import shlex
import shutil
import subprocess
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from setuptools import find_packages

from tests.cli.command import ROOT, exit_code, run_python

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

VARIABLES = {
    "demo": ["IMAGES=a b", "KEEP=1"],
    "up": [],
    "down": [],
    "drills": ["SEED=1", "ONLY=alarms soak", "SIZE=0.1"],
    "soak": ["SEED=1", "SIZE=0.1"],
    "engine": ["STACK=a b", "SET=layout=one-bucket", "THEN=trigger=s3 rm:tags", "UPLOAD=1"],
    "corpus": ["DIR=a b", "JSON=x.jsonl", "SAVE=x", "AGAINST=vips", "ALL_FORMATS=1"],
    "fuzz": ["DIR=a b", "SECONDS=5", "SEED=1"],
    "docs": [],
}
"""Variables of each target of the Makefile that calls the command."""


def test_make_installs_the_command_that_this_project_declares() -> None:
    (script,) = entry_points(group="console_scripts", name="imagepipe")
    assert script.value == PROJECT["project"]["scripts"]["imagepipe"]
    assert callable(script.load())


def test_every_target_that_calls_the_command_is_in_the_list_of_this_test() -> None:
    recipes = (ROOT / "Makefile").read_text(encoding="utf-8").split("\n\n")
    calling = {each.partition(":")[0] for each in recipes if "\t@$(IMAGEPIPE)" in each}
    assert calling == set(VARIABLES)


@pytest.mark.parametrize("target", VARIABLES)
def test_a_target_names_a_subcommand_and_options_that_exist(
    target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    required = [each for each in VARIABLES[target] if each.startswith("DIR=")]
    for variables in (VARIABLES[target], required):
        program, subcommand, *arguments = _planned(target, variables)
        assert program == ".venv/bin/imagepipe"
        assert exit_code(subcommand, "--help") == 0
        explained = capsys.readouterr().out
        options = {each for each in arguments if each.startswith("--")}
        assert all(f"  {option} " in explained for option in options)
        assert len(options) == len(variables) - len(required)
        assert ("a b" in arguments) == any("=a b" in each for each in variables)


@pytest.mark.parametrize("target", ["corpus", "fuzz"])
def test_a_target_that_needs_a_folder_asks_for_it_and_runs_nothing(target: str) -> None:
    planned = _plan(target, [])
    assert planned.returncode == 2
    assert f"set DIR to a folder of images: make {target} DIR=photos" in planned.stderr
    assert f"imagepipe {target}" not in planned.stdout


def _planned(target: str, variables: list[str]) -> list[str]:
    """Return the words of the last command that `make` would run."""
    planned = _plan(target, variables)
    assert planned.returncode == 0, planned.stderr
    return shlex.split(planned.stdout.splitlines()[-1])


def _plan(target: str, variables: list[str]) -> "subprocess.CompletedProcess[str]":
    make = shutil.which("make")
    assert make, "README asks for make"
    return subprocess.run(
        [make, "--dry-run", target, *variables],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # without what `make test` passes on to a make within
        check=False,
        capture_output=True,
        text=True,
    )


def test_what_is_installed_has_every_folder_that_a_subcommand_imports_but_no_test() -> None:
    patterns = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    found = {name.partition(".")[0] for name in find_packages(str(ROOT), include=patterns)}
    assert found == {"cli", "corpus", "docs", "engine", "handler", "infra", "local", "simulation"}


def test_a_program_imports_the_code_of_its_own_folder(tmp_path: Path) -> None:
    code = "import infra; print(infra.__file__)"
    assert run_python(code) == f"{ROOT / 'infra' / '__init__.py'}\n"
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "__init__.py").touch()
    assert run_python(code, tmp_path) == f"{tmp_path / 'infra' / '__init__.py'}\n"
