"""Proves that the CLI is built from its module, and kept only if it is complete."""

from pathlib import Path

import pytest

from engine.build import build_cli
from engine.tools import CLI_VERSION
from local.errors import LocalStackError
from tests.engine.programs import write_program

GO = """
echo "$@" >> {log}
case "$1" in build) shift; while [ "$1" != -o ]; do shift; done; echo cli > "$2";; esac
"""


def test_the_pinned_version_is_downloaded_and_built(tmp_path: Path) -> None:
    log = tmp_path / "log"
    go = write_program(tmp_path / "go", GO.format(log=log))
    target = tmp_path / "cache" / "pulumi"
    assert build_cli(go, target) == target
    assert target.read_text() == "cli\n"
    assert [each.name for each in target.parent.iterdir()] == ["pulumi"]
    _, get, build = log.read_text().splitlines()
    module = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
    assert get == f"get -tool {module}@v{CLI_VERSION}"
    assert build.startswith("build -ldflags ")
    assert f".Version=v{CLI_VERSION} " in build
    assert build.endswith(module)


def test_what_go_refuses_is_reported_and_nothing_is_kept(tmp_path: Path) -> None:
    go = write_program(tmp_path / "go", 'case "$1" in get) echo no network >&2; exit 1;; esac')
    target = tmp_path / "cache" / "pulumi"
    with pytest.raises(LocalStackError, match=r"cannot be built; `.* get -tool .*`:\nno network"):
        build_cli(go, target)
    assert list(target.parent.iterdir()) == []
