"""Proves that code and documents use plain technical words, and none of those listed here."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

AVOIDED = frozenset(
    {
        *("tells", "told", "telling"),  # notify, publish, report, return
        *("mend", "mends", "mended", "unmended"),  # fix, repair
        *("settle", "settles"),  # decide, record
        *("verdict", "verdicts", "impression"),  # outcome, result, hash
        *("foundation", "traveller", "wishes"),  # base, event, option
        *("beside", "nobody", "somebody"),  # with or next to, no one, a user or caller
    }
)
"""Words that have a technical one to search for instead, which the comments suggest."""

SUFFIXES = {".py", ".md", ".yaml", ".yml"}


def avoided_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield the avoided words of a text, also those in identifiers, with the number of the line."""
    for number, line in enumerate(text.splitlines(), start=1):
        for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", line):
            if word.lower() in AVOIDED:
                yield number, word


def sources() -> Iterator[Path]:
    """Yield the files to check, relative to the repository, without generated ones."""
    for top in REPOSITORY.iterdir():
        generated = top.name == "build" or (top.name.startswith(".") and top.name != ".github")
        if top.is_dir() and generated:
            continue
        for path in (top, *top.rglob("*")):
            if path.suffix in SUFFIXES and path != Path(__file__).resolve():
                yield path.relative_to(REPOSITORY)


SOURCES = sorted(sources())


@pytest.mark.parametrize("top", sorted({path.parts[0] for path in SOURCES}))
def test_avoided_words_are_in_no_file_of(top: str) -> None:
    found = [
        f"{path}:{number}: {word}"
        for path in SOURCES
        if path.parts[0] == top
        for number, word in avoided_in((REPOSITORY / path).read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is told.", ["told"]),
        ("def test_a_caller_is_told_so() -> None:", ["told"]),
        ("class VerdictReader: ...", ["Verdict"]),
        ("isTold = MENDS_NOTHING", ["Told", "MENDS"]),
        ("besides, amend the mending of a teller", []),
    ],
)
def test_a_word_is_found_in_prose_and_in_identifiers_but_not_in_longer_words(
    text: str, expected: list[str]
) -> None:
    assert list(avoided_in(f"\n{text}")) == [(2, word) for word in expected]


@pytest.mark.parametrize(
    "name", ["README.md", ".github/workflows/ci.yml", "handler/app.py", "docs/decisions"]
)
def test_files_of_every_kind_are_checked_and_installed_ones_are_not(name: str) -> None:
    assert any(path.is_relative_to(name) for path in SOURCES)
    assert not any(path.is_relative_to(".venv") for path in SOURCES)
