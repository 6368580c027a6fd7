"""Proves what `imagepipe` accepts, how it rejects the rest, and what its exit codes mean."""

from pathlib import Path

import pytest

from docs import rewrite
from tests.cli.command import ROOT, exit_code

OPTIONS = {
    "demo": ["--name", "--images", "--gallery", "--keep"],
    "up": ["--name"],
    "down": ["--name"],
    "emulator": ["--port"],
    "drills": ["--only", "--seed", "--size", "--list"],
    "soak": ["--seed", "--size"],
    "engine": ["--stack", "--set", "--then", "--upload"],
    "corpus": ["FOLDER", "--all-formats", "--json", "--save", "--against"],
    "fuzz": ["FOLDER", "--seconds", "--seed", "--keep"],
    "docs": [],
}


def test_help_lists_every_subcommand_with_a_whole_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert exit_code("--help") == 0
    _, _, listed = capsys.readouterr().out.partition("Commands:\n")
    rows = [line.split(maxsplit=1) for line in listed.partition("\n\n")[0].splitlines()]
    assert [name for name, _ in rows] == list(OPTIONS)
    assert all(sentence.endswith(".") and "..." not in sentence for _, sentence in rows)


@pytest.mark.parametrize("name", OPTIONS)
def test_help_of_a_subcommand_explains_each_option(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(name, "--help") == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"Usage: imagepipe {name} [OPTIONS]")
    listed = [line.split() for line in printed.splitlines() if line.startswith("  ")]
    named = {words[0] for words in listed if words[0].startswith("--")}
    assert named == {"--help", *(each for each in OPTIONS[name] if each.startswith("--"))}
    assert ("{FOLDER}" in printed) == ("FOLDER" in OPTIONS[name])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["no-such"], "No such command 'no-such'."),
        (["docs", "--no-such"], "No such option: --no-such"),
        (["docs", "more"], "unexpected extra argument(s) (more)"),
        (["demo", "--name", "../build"], "'--name': '../build' must be 1-31 characters"),
        (["up", "--name", "a" * 32], "must be 1-31 characters"),
        (["down", "--name", ""], "'--name': '' must be 1-31 characters"),
        (["demo", "--gallery", "no-such/gallery.html"], "'--gallery': no-such is not a folder"),
        (["demo", "--gallery", "docs"], "'--gallery': file 'docs' is a dir"),
        (["emulator", "--port", "x"], "'--port': Input should be a valid integer"),
        (["emulator", "--port", "65536"], "'--port': Input should be less than or equal to 65535"),
        (["drills", "--only", "no-such"], "'--only': 'no-such' is none of soak, "),
        (["drills", "--seed", "x"], "'--seed': Input should be a valid integer"),
        (["drills", "--size", "0"], "'--size': Input should be greater than or equal to 0.001"),
        (["soak", "--size", "2"], "'--size': Input should be less than or equal to 1"),
        (["soak", "--size", "nan"], "'--size': Input should be"),
        (["engine", "--then", "trigger"], "'--then': 'trigger' must be KEY=VALUE"),
        (["engine", "--set", "rm:a=b"], "'--set': 'rm:a=b' must be KEY=VALUE"),
        (["corpus"], "Missing argument 'FOLDER'."),
        (["corpus", "no-such"], "'FOLDER': dir 'no-such' does not exist."),
        (["corpus", "docs", "--against", "x"], "'x' is not one of 'vips', 'sharp'."),
        (["corpus", "docs", "--json", "docs"], "'--json': file 'docs' is a dir"),
        (["corpus", "docs", "--save", "README.md"], "'--save': dir 'README.md' is a file."),
        (["fuzz", "README.md"], "'FOLDER': dir 'README.md' is a file."),
        (["fuzz", "docs", "--seconds", "0"], "'--seconds': Input should be greater than"),
        (["fuzz", "docs", "--seed", "1.5"], "'--seed': Input should be a valid integer"),
    ],
)
def test_a_bad_command_line_is_rejected_in_one_line_with_exit_code_2(
    arguments: list[str],
    reason: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    assert exit_code(*arguments) == 2
    printed = capsys.readouterr()
    usage, hint, blank, error = printed.err.splitlines()
    assert usage.startswith("Usage: imagepipe")
    assert hint.startswith("Try 'imagepipe")
    assert blank == ""
    assert error.startswith("Error: ")
    assert reason in error
    assert printed.out == ""


@pytest.mark.parametrize("name", ["corpus", "fuzz"])
def test_a_folder_without_files_is_rejected(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(name, tmp_path) == 2
    assert capsys.readouterr().err == f"Error: {tmp_path} has no files\n"


def test_without_a_subcommand_the_help_is_shown_and_nothing_has_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert exit_code() == 2
    assert "Commands:" in "".join(capsys.readouterr())


def test_the_drills_are_listed_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("drills", "--list") == 0
    names = capsys.readouterr().out.split()
    assert {"soak", "loop-guard", "alarms"} <= set(names)
    assert len(names) == len(set(names)) > 20


def test_documents_are_rewritten_and_what_hinders_that_is_reported_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = {"README": "README.md", "OPTIONS_DOCUMENT": "docs/options.md"}
    for constant, name in {**documents, "VARIANTS_DOCUMENT": "docs/variants.md"}.items():
        copy = tmp_path / Path(name).name
        copy.write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
        monkeypatch.setattr(rewrite, constant, copy)
    readme = tmp_path / "README.md"
    intact = readme.read_text(encoding="utf-8")
    readme.write_text(intact.replace("| string |", "| integer |", 1), encoding="utf-8")
    assert exit_code("docs") == 0
    assert readme.read_text(encoding="utf-8") == intact
    readme.write_text(intact.replace("| `tags` |", "| `noSuchOption` |"), encoding="utf-8")
    assert exit_code("docs") == 2
    error = "Error: README.md lists noSuchOption, which is no option of Pulumi.yaml\n"
    assert capsys.readouterr().err == error
