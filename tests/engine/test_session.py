"""Proves that the CLI runs on a copy of the program and can reach no account of the user."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.project import copy_project, find_stack_file, with_emulator
from engine.session import environment, errors_in, open_session
from local import ROOT
from local.emulator import Emulator
from tests.engine.programs import write_program


@pytest.fixture
def emulator(tmp_path: Path) -> Emulator:
    """One that is not running."""
    return Emulator(directory=tmp_path / "emulator", port=1234, region="eu-west-1")


def test_credentials_and_settings_of_the_user_do_not_reach_the_cli(
    emulator: Emulator, tmp_path: Path
) -> None:
    users = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "secret",
        "AWS_ACCESS_KEY_ID": "AKIA",
        "PULUMI_ACCESS_TOKEN": "pul-1",
        "HOME": "/home/user",
        "PATH": "/usr/bin",
    }
    found = environment(users, tmp_path, emulator)
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "PULUMI_ACCESS_TOKEN"} & found.keys()
    assert found["AWS_ACCESS_KEY_ID"] == "test"
    assert found["AWS_ENDPOINT_URL"] == "https://127.0.0.1:1234"
    assert found["AWS_SHARED_CREDENTIALS_FILE"] == found["AWS_CONFIG_FILE"] == os.devnull
    assert found["HOME"] == "/home/user"
    assert found["PATH"] == f"{tmp_path / 'plugins'}:/usr/bin"
    assert found["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/state"


def test_a_stack_keeps_its_options_and_gets_the_endpoint_and_the_platform() -> None:
    config = {"aws:region": "eu-west-1", "imagepipe:runtime": "python3.13", "x:y": 1}
    local = {"aws:region": "us-east-1", "aws:accessKey": "test", "imagepipe:a": 1}
    machine: dict[str, Any] = {"aws:endpoints": [{"s3": "https://e"}], "imagepipe:runtime": "p"}
    assert with_emulator(config, local, machine) == {
        "aws:region": "eu-west-1",
        "aws:accessKey": "test",
        "aws:endpoints": [{"s3": "https://e"}],
        "imagepipe:runtime": "p",
        "x:y": 1,
    }


@pytest.mark.parametrize(
    ("stack", "name"),
    [("prod", "prod"), ("examples/Pulumi.upload-ledger.yaml", "upload-ledger")],
)
def test_a_stack_is_found_by_its_name_and_by_its_file(
    stack: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = find_stack_file(stack)
    assert found.name == name
    assert found.path.is_file()
    assert found.region == "us-east-1"


def test_the_copy_of_a_stack_has_full_keys_read_as_the_cli_does(
    emulator: Emulator, tmp_path: Path
) -> None:
    file = tmp_path / "Pulumi.mine.yaml"
    file.write_text("config:\n  maxConcurrency: 3\n  owner: yes\n")
    copy_project(tmp_path / "copy", find_stack_file(str(file)), emulator)
    config = yaml.safe_load((tmp_path / "copy" / "Pulumi.mine.yaml").read_text())["config"]
    assert (config["imagepipe:maxConcurrency"], config["imagepipe:owner"]) == (3, "yes")


def test_the_copy_has_the_program_and_its_stack_and_leaves_the_repository_as_it_is(
    emulator: Emulator, tmp_path: Path
) -> None:
    before = (ROOT / "Pulumi.dev.yaml").read_bytes()
    copy_project(tmp_path / "copy", find_stack_file("dev"), emulator)
    names = {path.name for path in (tmp_path / "copy").iterdir()}
    assert {"__main__.py", "infra", "handler", "Pulumi.yaml", ".venv"} <= names
    assert not {"tests", ".git", ".emulator"} & names
    config = yaml.safe_load((tmp_path / "copy" / "Pulumi.dev.yaml").read_text())["config"]
    assert config["imagepipe:maxConcurrency"] == 2
    assert config["aws:endpoints"][0]["sqs"] == emulator.endpoint
    assert (ROOT / "Pulumi.dev.yaml").read_bytes() == before


def test_plugins_are_programs_that_explain_what_they_cannot_start(
    emulator: Emulator, tmp_path: Path
) -> None:
    cli = write_program(tmp_path / "pulumi")
    session = open_session(
        tmp_path / "run", find_stack_file("dev"), emulator, cli=cli, provider=Path("/no/provider")
    )
    plugins = {path.name for path in (tmp_path / "run" / "plugins").iterdir()}
    assert plugins == {
        f"pulumi-{each}" for each in ("language-python", "resource-aws", "resource-random")
    }
    aws = tmp_path / "run" / "plugins" / "pulumi-resource-aws"
    assert subprocess.run([aws, "127.0.0.1:1"], check=False).returncode == 1
    assert "No such file or directory: PosixPath('/no/provider')" in session.log_tail()


def test_only_errors_of_what_the_cli_prints_are_reported() -> None:
    printed = "Updating (dev):\n  error: no bucket\n\n error: no bucket\nerror: no key\nfailed\n"
    assert errors_in(printed) == "error: no bucket; error: no key"
    assert errors_in("\nwhat now\n") == "what now"
    assert errors_in("") == "no error was printed"
