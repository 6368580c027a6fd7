"""Proves where the programs are found, and what is printed where they are missing."""

import platform
from pathlib import Path

import pytest

from engine.errors import MissingToolError
from engine.tools import (
    PROCESSORS,
    built_cli,
    configured_mirrors,
    find_cli,
    find_provider,
    find_tools,
)
from tests.cli.command import exit_code
from tests.engine.programs import write_program

SYSTEM = f"linux_{PROCESSORS[platform.machine()]}"


def write_provider(mirror: Path, version: str, system: str = SYSTEM) -> Path:
    folder = mirror / "registry.terraform.io" / "hashicorp" / "aws" / version / system
    return write_program(folder / f"terraform-provider-aws_v{version}_x5")


def test_the_cli_is_that_of_the_variable_then_of_the_path_then_the_built_one(
    tmp_path: Path,
) -> None:
    variables = {"PATH": str(tmp_path / "bin")}
    assert find_cli(variables, tmp_path) is None
    built = write_program(built_cli(variables, tmp_path))
    assert find_cli(variables, tmp_path) == built
    on_path = write_program(tmp_path / "bin" / "pulumi")
    assert find_cli(variables, tmp_path) == on_path
    named = write_program(tmp_path / "own" / "pulumi")
    for value in (named, named.parent):
        assert find_cli({**variables, "PULUMI_BIN": str(value)}, tmp_path) == named


def test_a_built_cli_is_kept_in_the_cache_of_the_user(tmp_path: Path) -> None:
    # https://specifications.freedesktop.org/basedir-spec/latest/
    assert built_cli({}, tmp_path).is_relative_to(tmp_path / ".cache" / "imagepipe")
    assert built_cli({"XDG_CACHE_HOME": "/cache"}, tmp_path).is_relative_to("/cache/imagepipe")


@pytest.mark.parametrize("variable", ["PULUMI_BIN", "TF_AWS_PROVIDER"])
def test_a_variable_that_names_no_program_is_an_error(variable: str, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not executable")
    for value in (tmp_path / "missing", tmp_path / "text", tmp_path):
        with pytest.raises(MissingToolError, match=f"skipped: {variable} is set, but .*"):
            find_tools({"PATH": "", variable: str(value)}, tmp_path)


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({}, ".terraform.d/plugins"),
        ({}, ".local/share/terraform/plugins"),
        ({"XDG_DATA_HOME": "{home}/data"}, "data/terraform/plugins"),
        ({"XDG_DATA_DIRS": "/none:{home}/data"}, "data/terraform/plugins"),
        ({"TF_PLUGIN_CACHE_DIR": "{home}/cache"}, "cache"),
    ],
)
def test_the_provider_is_found_where_terraform_keeps_it(
    variables: dict[str, str], folder: str, tmp_path: Path
) -> None:
    given = {name: value.format(home=tmp_path) for name, value in variables.items()}
    assert find_provider(given, tmp_path) is None
    written = write_provider(tmp_path / folder, "5.100.0")
    assert find_provider(given, tmp_path) == written


def test_the_newest_provider_for_this_machine_is_taken(tmp_path: Path) -> None:
    mirror = tmp_path / ".terraform.d" / "plugins"
    write_provider(mirror, "5.99.0")
    newest = write_provider(mirror, "5.100.0")
    write_provider(mirror, "6.0.0", "windows_amd64")
    (write_provider(mirror, "7.0.0").parent / "LICENSE.txt").write_text("a licence")
    (mirror / "registry.terraform.io/hashicorp/aws/7.0.0").rename(tmp_path / "elsewhere")
    assert find_provider({}, tmp_path) == newest
    named = write_provider(tmp_path / "own", "4.0.0")
    assert find_provider({"TF_AWS_PROVIDER": str(named)}, tmp_path) == named


def test_mirrors_are_read_from_the_configuration_of_terraform(tmp_path: Path) -> None:
    # https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
    text = """
plugin_cache_dir = "$HOME/cache"
provider_installation {
  filesystem_mirror {
    path    = "/usr/share/providers"
    include = ["registry.terraform.io/*/*"]
  }
  network_mirror { url = "https://example.com/" }
}
"""
    assert configured_mirrors(text, tmp_path) == [tmp_path / "cache", Path("/usr/share/providers")]
    file = tmp_path / "terraform.rc"
    file.write_text(text)
    written = write_provider(tmp_path / "cache", "5.1.0")
    assert find_provider({"TF_CLI_CONFIG_FILE": str(file)}, tmp_path) == written


def test_go_stands_in_for_the_cli(tmp_path: Path) -> None:
    provider = write_provider(tmp_path / ".terraform.d" / "plugins", "5.100.0")
    go = write_program(tmp_path / "bin" / "go")
    found = find_tools({"PATH": str(tmp_path / "bin")}, tmp_path)
    assert (found.cli, found.go, found.provider) == (None, go, provider)


def test_what_is_missing_is_listed_in_one_line_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("PULUMI_BIN", "TF_AWS_PROVIDER", "TF_PLUGIN_CACHE_DIR", "TF_CLI_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS", "PATH"):
        monkeypatch.setenv(name, str(tmp_path))
    assert exit_code("engine") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Error: skipped: no Pulumi CLI on PATH")
    assert "https://www.pulumi.com/docs/install/ or https://go.dev/doc/install" in line
    assert "; no Terraform AWS provider in $TF_AWS_PROVIDER" in line
    write_program(tmp_path / "pulumi")
    assert exit_code("engine") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Error: skipped: no Terraform AWS provider in $TF_AWS_PROVIDER")


def test_a_stack_without_a_file_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("engine", "--stack", "no-such") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("Pulumi.no-such.yaml is missing: set --stack to a stack's name or file")
