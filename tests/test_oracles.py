"""An oracle is known by what it says it is; without it a test is skipped, or fails in CI."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.install_oracles import commands_for
from tests.oracles import EXIFTOOL, IMAGEMAGICK, ORACLES, PNGCHECK, Oracle, find, find_in

SAID = {
    EXIFTOOL.title: "ExifTool version 12.57\nPerl version 5.36.0",
    IMAGEMAGICK.title: "Version: ImageMagick 6.9.11-60 Q16 x86_64 2021-01-25",
    PNGCHECK.title: "PNGcheck, version 3.0.3 of 25 April 2021,",
}
"""What those of Debian 12 print."""

OTHERS = (
    "echo 'convert: ImageMagick is not installed here' >&2; exit 1",
    "echo GraphicsMagick 1.4 snapshot-20221225 Q16",
    "echo 'Usage: convert [-h] TEMPERATURE'; exit 2",
    "kill -9 $$",
)


def program(folder: Path, name: str, script: str, head: str = "#!/bin/sh\n") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"{head}{script}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("oracle", ORACLES, ids=lambda each: each.title)
def test_each_is_found_by_what_it_says(oracle: Oracle, tmp_path: Path) -> None:
    path = program(tmp_path, oracle.names[-1], f"cat <<'END'\n{SAID[oracle.title]}\nEND")
    assert find_in(oracle, [str(tmp_path)]) == path


@pytest.mark.parametrize("script", OTHERS)
def test_a_convert_that_is_something_else_is_not_taken_for_imagemagick(
    script: str, tmp_path: Path
) -> None:
    program(tmp_path, "convert", script)
    assert find_in(IMAGEMAGICK, [str(tmp_path)]) is None


def test_what_cannot_be_run_is_passed_over(tmp_path: Path) -> None:
    program(tmp_path, "convert", "", head="\x7fELF of another machine")
    (tmp_path / "magick").mkdir()
    assert find_in(IMAGEMAGICK, [str(tmp_path), str(tmp_path / "gone")]) is None


def test_the_right_one_is_found_behind_another_of_the_same_name(tmp_path: Path) -> None:
    program(tmp_path / "first", "convert", OTHERS[0])
    said = SAID[IMAGEMAGICK.title]
    right = program(tmp_path / "second", "convert", f"echo '{said}'")
    folders = [str(tmp_path / "first"), str(tmp_path / "second")]
    assert find_in(IMAGEMAGICK, folders) == right


@pytest.fixture
def _nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[None]:
    monkeypatch.setenv("PATH", str(tmp_path))
    find.cache_clear()
    yield
    find.cache_clear()


REASON = "no magick or convert on PATH says that it is ImageMagick: make oracles"


@pytest.mark.usefixtures("_nothing_installed")
def test_without_it_a_test_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_ORACLES", raising=False)
    with pytest.raises(pytest.skip.Exception, match=REASON):
        IMAGEMAGICK("-version")


@pytest.mark.usefixtures("_nothing_installed")
def test_where_oracles_are_required_the_test_fails_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUIRE_ORACLES", "1")
    with pytest.raises(pytest.fail.Exception, match=REASON):
        IMAGEMAGICK("-version")


def test_root_installs_and_others_do_with_sudo() -> None:
    install = ["--yes", "--no-install-recommends", "imagemagick"]
    apt = ["apt-get", "--quiet", "--quiet"]
    for is_root, sudo in ((True, []), (False, ["sudo"])):
        found = commands_for([IMAGEMAGICK], has_apt=True, is_root=is_root, has_sudo=True)
        assert found == [[*sudo, *apt, "update"], [*sudo, *apt, "install", *install]]


def test_who_cannot_install_is_given_the_command_or_the_reason() -> None:
    said = commands_for([EXIFTOOL, PNGCHECK], has_apt=True, is_root=False, has_sudo=False)
    assert said == (
        "ExifTool, pngcheck missing; to install them, be root: "
        "apt-get install libimage-exiftool-perl pngcheck"
    )
    said = commands_for([EXIFTOOL], has_apt=False, is_root=True, has_sudo=True)
    assert "no apt-get" in said
