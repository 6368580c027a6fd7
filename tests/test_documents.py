"""Proves that the documents say what the project file declares, and that the README stays short."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from infra.settings import load_schema

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
OPTIONS = (REPOSITORY / "docs" / "options.md").read_text(encoding="utf-8")


def _row(key: str) -> str:
    option = load_schema()[key]
    default = "the five above" if key == "variants" else f"`{json.dumps(option.default)}`"
    return f"| `{key}` | {option.type} | {default} | {option.description} |"


def _rows_in(document: str) -> Sequence[str]:
    return re.findall(r"^\| `\w+` \| (?:string|integer|boolean|array|object) \|.*$", document, re.M)


def test_the_list_of_options_is_that_of_the_project_file() -> None:
    # to mend: replace the table by these rows
    assert list(_rows_in(OPTIONS)) == [_row(key) for key in load_schema()]


def test_the_options_in_the_readme_are_described_as_in_the_project_file() -> None:
    rows = _rows_in(README)
    assert rows
    assert set(rows) <= {_row(key) for key in load_schema()}


def test_the_readme_has_less_than_200_lines() -> None:
    assert len(README.splitlines()) < 200


def test_every_document_that_is_linked_to_exists() -> None:
    for path in (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))):
        links = re.findall(r"\]\(((?!https?:)[^)#]+)\)", path.read_text(encoding="utf-8"))
        assert [link for link in links if not (path.parent / link).exists()] == [], path.name
