"""Proves that a program gets the configuration that the Pulumi CLI would pass."""

from pathlib import Path

import pytest

from local.deploy import stack_config
from local.errors import LocalStackError

PROJECT = """
name: sketch
runtime: python
config:
  size: {type: integer, default: 5}
  verbose: {type: boolean, default: false}
  note: {type: string, default: "5"}
  owner: {type: string}
  sides: {type: array, items: {type: object}, default: [{name: left}]}
  aws:region: {value: eu-north-1}
"""


def write_project(directory: Path, stack: str = "") -> Path:
    (directory / "Pulumi.yaml").write_text(PROJECT)
    (directory / "Pulumi.test.yaml").write_text(stack)
    return directory


def test_defaults_arrive_as_text_under_their_full_keys(tmp_path: Path) -> None:
    assert stack_config(write_project(tmp_path), "test") == {
        "sketch:size": "5",
        "sketch:verbose": "false",
        "sketch:note": "5",
        "sketch:sides": '[{"name":"left"}]',
        "aws:region": "eu-north-1",
    }


def test_the_stack_file_overrides_defaults_and_overrides_override_both(tmp_path: Path) -> None:
    write_project(tmp_path, "config: {sketch:size: 6, sketch:owner: a, aws:region: eu-west-1}")
    config = stack_config(tmp_path, "test", {"sketch:owner": "b"})
    assert config["sketch:size"] == "6"
    assert config["aws:region"] == "eu-west-1"
    assert config["sketch:owner"] == "b"


def test_a_stack_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    assert stack_config(write_project(tmp_path), "other")["sketch:size"] == "5"


def test_a_secret_is_an_error(tmp_path: Path) -> None:
    write_project(tmp_path, "config: {sketch:owner: {secure: AAABAG}}")
    with pytest.raises(LocalStackError, match="sketch:owner is encrypted"):
        stack_config(tmp_path, "test")
