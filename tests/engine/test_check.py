"""Proves which steps run, and what makes each of them fall short, with a script as the CLI."""

import json
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine.changes import parse_change
from engine.check import Row, before_destroy, run_steps
from engine.session import Session
from local.emulator import Emulator
from tests.engine.programs import write_program

TABLE = {
    "op": "delete",
    "urn": "urn:pulumi:dev::imagepipe::aws:dynamodb/table:Table::records",
}
EMPTY: list[dict[str, str]] = []

CLI = """
shift  # --non-interactive
echo "$@" >> {log}
case "$*" in
{failing}) echo 'error: as the test wants' >&2; exit 1;;
esac
case "$1" in
config) [ "$2" = --json ] && echo {options};;
preview)
  number=$(grep -c ^preview {log})
  cat {folder}/preview-$number.json 2>/dev/null || echo '{{}}';;
esac
exit 0
"""

Check = Callable[..., list[Row]]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "commands.log"


@pytest.fixture
def check(tmp_path: Path, log: Path) -> Check:
    """Run all steps with a CLI that makes these previews and fails for these commands."""

    def run(
        *changes: str,
        previews: Sequence[Sequence[dict[str, str]]] = (),
        failing: str = "never",
        options: dict[str, dict[str, str]] | None = None,
    ) -> list[Row]:
        (tmp_path / "project").mkdir()
        for number, steps in enumerate(previews, start=1):
            (tmp_path / f"preview-{number}.json").write_text(json.dumps({"steps": steps}))
        cli = CLI.format(
            log=log,
            folder=tmp_path,
            failing=failing,
            options=shlex.quote(json.dumps(options or {})),
        )
        session = Session(
            cli=write_program(tmp_path / "pulumi", cli),
            folder=tmp_path,
            emulator=Emulator(directory=tmp_path, port=1, region="us-east-1"),
            stack="dev",
        )
        parsed = [parse_change(change) for change in changes]
        return list(run_steps(session, [parse_change("owner=me")], parsed, uploads=False))

    return run


def fallen(rows: Sequence[Row]) -> dict[str, str]:
    return {row.step: row.why for row in rows if not row.holds}


def test_a_stack_is_deployed_changed_refreshed_and_destroyed(check: Check, log: Path) -> None:
    rows = check("trigger=s3")
    assert [row.step for row in rows] == [
        *("preview", "up", "second preview"),
        *("trigger=s3: preview", "trigger=s3: up", "trigger=s3: second preview"),
        *("refresh", "preview after refresh", "destroy"),
    ]
    assert fallen(rows) == {}
    commands = [line.replace(" --json --diff", "") for line in log.read_text().splitlines()]
    update = "up --yes --skip-preview"
    assert commands == [
        *("stack init dev", "config set -- owner me", "preview", update, "preview"),
        *("config set -- trigger s3", "preview", update, "preview"),
        *("refresh --yes --skip-preview", "preview"),
        *("config --json", "destroy --yes --skip-preview"),
    ]


def test_a_second_preview_that_is_not_empty_falls_short(check: Check) -> None:
    update = {**TABLE, "op": "update"}
    rows = check("trigger=s3", previews=[[update], [update], [update], [update]])
    why = "not empty: update Table records"
    assert fallen(rows) == {"second preview": why, "trigger=s3: second preview": why}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "keepFormerData=false",
            {"keepFormerData=false: preview": "loses data: delete Table records"},
        ),
        ("deletes:keepFormerData=false", {}),
    ],
)
def test_a_change_that_deletes_data_falls_short_unless_it_is_meant_to(
    change: str, expected: dict[str, str], check: Check
) -> None:
    assert fallen(check(change, previews=[EMPTY, EMPTY, [TABLE]])) == expected


@pytest.mark.parametrize(
    ("failing", "steps"),
    [
        ("up*", ["up", "trigger=s3: up"]),
        ("refresh*", ["refresh"]),
        ("destroy*", ["destroy"]),
        ("'config set -- trigger s3'", ["trigger=s3: preview"]),
    ],
)
def test_a_command_that_fails_falls_short_with_its_error(
    failing: str, steps: list[str], check: Check
) -> None:
    rows = check("trigger=s3", failing=failing)
    assert fallen(rows) == dict.fromkeys(steps, "error: as the test wants")


@pytest.mark.parametrize("failing", ["stack*", "'config set -- owner me'", "preview*"])
def test_after_a_first_preview_that_fails_nothing_else_is_run(failing: str, check: Check) -> None:
    assert check(failing=failing) == [Row(step="preview", why="error: as the test wants")]


def test_protection_is_switched_off_before_the_stack_is_destroyed(check: Check, log: Path) -> None:
    rows = check(options={"imagepipe:enableProtection": {"value": "true"}})
    assert [row.step for row in rows][-4:] == [
        *("enableProtection=false: preview", "enableProtection=false: up"),
        *("enableProtection=false: second preview", "destroy"),
    ]
    assert "config set -- enableProtection false" in log.read_text()


@pytest.mark.parametrize(
    ("options", "uploads", "expected"),
    [
        ({}, False, []),
        ({}, True, ["forceDestroy=true"]),
        ({"forceDestroy": "true"}, True, []),
        ({"enableProtection": "false"}, False, []),
        ({"enableProtection": "true"}, True, ["enableProtection=false", "forceDestroy=true"]),
    ],
)
def test_only_what_hinders_the_deletion_is_changed_before_it(
    options: dict[str, str], uploads: bool, expected: list[str]
) -> None:
    assert before_destroy(options, uploads=uploads) == expected
